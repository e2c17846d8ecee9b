using System.Collections;
using NanoIoT.Shared;
using NanoIoT.Shared.Json;

namespace NanoIoT.Device.Telemetry
{
    /// <summary>
    /// Readings between two batches, at most 64: the oldest goes when one more comes, and the batch says how many went. A
    /// batch that is not acknowledged is sent again as it was. Any thread may add; the pump sends.
    /// </summary>
    internal sealed class TelemetryQueue
    {
        private const int Capacity = 64;
        private const int BatchSize = 32;

        private readonly object _lock = new object();
        private readonly ArrayList _readings = new ArrayList();
        private int _dropped;
        private int _inBatch;

        /// <summary>Adds a reading: a member of JSON, without braces.</summary>
        public void Add(string member, long unixSeconds)
        {
            lock (_lock)
            {
                if (_readings.Count == Capacity)
                {
                    _readings.RemoveAt(_inBatch < Capacity ? _inBatch : 0);
                    _dropped++;
                }

                _readings.Add("{\"ts\":" + unixSeconds.ToString() + "," + member + "}");
            }
        }

        /// <summary>The next batch, or null where there is nothing to send.</summary>
        public byte[]? TakeBatch()
        {
            lock (_lock)
            {
                if (_readings.Count == 0)
                {
                    return null;
                }

                _inBatch = _readings.Count < BatchSize ? _readings.Count : BatchSize;
                var json = new JsonWriter();
                json.StartObject();
                json.StartArray(Fields.Readings);
                for (int i = 0; i < _inBatch; i++)
                {
                    json.Raw((string)_readings[i]!);
                }

                json.EndArray();
                if (_dropped > 0)
                {
                    json.Member("dropped", _dropped);
                }

                json.EndObject();
                return json.ToBytes();
            }
        }

        /// <summary>The batch is stored on the other side.</summary>
        public void RemoveBatch()
        {
            lock (_lock)
            {
                for (; _inBatch > 0; _inBatch--)
                {
                    _readings.RemoveAt(0);
                }

                _dropped = 0;
            }
        }
    }
}
