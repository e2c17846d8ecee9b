using System.Collections;
using NanoIoT.Shared;
using NanoIoT.Shared.Json;

namespace NanoIoT.Device.Telemetry
{
    /// <summary>
    /// Readings that wait to be sent, at most 64: when one more comes, the oldest goes, and the next batch says how many
    /// went. A batch stays until it is acknowledged. Any thread may add; the pump sends.
    /// </summary>
    internal sealed class TelemetryQueue
    {
        private const int Capacity = 64;
        private const int BatchSize = 32;

        private readonly object _lock = new object();
        private readonly ArrayList _readings = new ArrayList();
        private int _dropped;
        private int _droppedInBatch;
        private int _inBatch;

        /// <summary>Whether there are as many readings as a batch takes: no reason to wait for more.</summary>
        public bool HasFullBatch => _readings.Count >= BatchSize;

        /// <summary>Adds a reading: a member of JSON, without braces.</summary>
        /// <returns>How many readings were dropped since the last batch, this call's included; 0 where none was.</returns>
        public int Add(string member, long unixSeconds)
        {
            lock (_lock)
            {
                int dropped = 0;
                if (_readings.Count == Capacity)
                {
                    // What is in a batch may have arrived already.
                    _readings.RemoveAt(_inBatch);
                    dropped = ++_dropped;
                }

                _readings.Add("{\"ts\":" + unixSeconds.ToString() + "," + member + "}");
                return dropped;
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

                _inBatch = HasFullBatch ? BatchSize : _readings.Count;
                _droppedInBatch = _dropped;
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
                    json.Member(Fields.Dropped, _dropped);
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

                // More may have been dropped while the batch was on its way: the next batch tells of those.
                _dropped -= _droppedInBatch;
            }
        }
    }
}
