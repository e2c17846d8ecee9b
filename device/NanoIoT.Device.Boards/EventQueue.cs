using System.Collections;
using System.Threading;

namespace NanoIoT.Device.Boards
{
    /// <summary>Events from MQTT's and the application's threads to the pump; at most 32, so that a flood costs no memory.</summary>
    internal sealed class EventQueue
    {
        private const int Capacity = 32;

        private readonly Queue _events = new Queue();
        private readonly AutoResetEvent _signal = new AutoResetEvent(false);

        /// <summary>Adds an event.</summary>
        /// <returns>False where the queue is full.</returns>
        public bool Post(BoardEvent item)
        {
            lock (_events)
            {
                if (_events.Count >= Capacity && item.Kind == BoardEventKind.Message)
                {
                    return false;
                }

                _events.Enqueue(item);
            }

            _signal.Set();
            return true;
        }

        /// <summary>Wakes the pump.</summary>
        public void Wake() => _signal.Set();

        /// <summary>Waits for an event or a wake-up.</summary>
        public void Wait(int milliseconds) => _signal.WaitOne(milliseconds, false);

        /// <summary>The next event, or null.</summary>
        public BoardEvent? Take()
        {
            lock (_events)
            {
                return _events.Count == 0 ? null : (BoardEvent)_events.Dequeue();
            }
        }
    }
}
