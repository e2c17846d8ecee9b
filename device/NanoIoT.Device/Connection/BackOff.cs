using NanoIoT.Device.Board;

namespace NanoIoT.Device.Connection
{
    /// <summary>Exponential back-off with full jitter: the wait is anywhere between nothing and the doubled bound.</summary>
    internal sealed class BackOff
    {
        private readonly ISystemPort _system;
        private readonly int _min;
        private readonly int _max;
        private int _bound;

        public BackOff(ISystemPort system, int minMilliseconds, int maxMilliseconds)
        {
            _system = system;
            _min = minMilliseconds < 1 ? 1 : minMilliseconds;
            _max = maxMilliseconds < _min ? _min : maxMilliseconds;
            _bound = _min;
        }

        public void Reset() => _bound = _min;

        /// <summary>The next wait in milliseconds; at least half the smallest bound, so that nothing spins.</summary>
        public int Next()
        {
            int wait = (_min / 2) + _system.NextRandom(_bound);
            _bound = _bound > _max / 2 ? _max : _bound * 2;
            return wait;
        }
    }
}
