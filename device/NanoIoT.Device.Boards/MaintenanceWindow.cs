using System;
using NanoIoT.Device.Ota;

namespace NanoIoT.Device.Boards
{
    /// <summary>Reboots, and if so wished downloads, only in one span of the day (UTC). While the time is not known: later.</summary>
    public sealed class MaintenanceWindow : UpdatePolicy
    {
        private const int MinutesPerDay = 1440;

        private readonly int _from;
        private readonly int _to;
        private readonly bool _alsoDownload;

        /// <summary>Creates the window.</summary>
        /// <param name="fromMinute">Its first minute of the day, 0 to 1439.</param>
        /// <param name="toMinute">The minute it ends before, 0 to 1439; lower than the first where it spans midnight.</param>
        /// <param name="alsoDownload">Whether downloads wait for it too.</param>
        /// <exception cref="ArgumentException">A minute is out of its range, or both are the same.</exception>
        public MaintenanceWindow(int fromMinute, int toMinute, bool alsoDownload)
        {
            if (fromMinute < 0 || toMinute < 0 || fromMinute >= MinutesPerDay || toMinute >= MinutesPerDay || fromMinute == toMinute)
            {
                throw new ArgumentException("minutes: 0 to 1439, two different ones");
            }

            _from = fromMinute;
            _to = toMinute;
            _alsoDownload = alsoDownload;
        }

        /// <inheritdoc/>
        public override UpdateAnswer MayDownload(UpdateOffer offer) => _alsoDownload ? MayReboot(offer) : UpdateAnswer.Now;

        /// <inheritdoc/>
        public override UpdateAnswer MayReboot(UpdateOffer offer)
        {
            if (offer.UnixSeconds == 0)
            {
                return UpdateAnswer.Later;
            }

            int minute = (int)(offer.UnixSeconds / 60 % MinutesPerDay);
            bool isInside = _from < _to ? minute >= _from && minute < _to : minute >= _from || minute < _to;
            return isInside ? UpdateAnswer.Now : UpdateAnswer.Later;
        }
    }
}
