using System;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Threading;
using nanoFramework.Runtime.Native;
using NanoIoT.Device.Board;
using NanoIoT.Device.Ota;

namespace NanoIoT.Device.Boards
{
    /// <summary>Native HMAC, reboot, memory, log, and the application's health check on a thread of its own.</summary>
    internal sealed class BoardSystem : ISystemPort
    {
        private readonly DeviceAgent _agent;
        private readonly EventQueue _queue;
        private readonly Random _random = new Random();

        public BoardSystem(DeviceAgent agent, EventQueue queue)
        {
            _agent = agent;
            _queue = queue;
        }

        public LogLevel LogLevel { get; set; } = LogLevel.Info;

        public long FreeMemory => nanoFramework.Runtime.Native.GC.Run(false);

        public byte[] HmacSha256(byte[] key, byte[] data) => HMACSHA256.HashData(key, data);

        public int NextRandom(int exclusiveUpperBound) => _random.Next(exclusiveUpperBound);

        public void CheckHealth() => new Thread(RunHealthCheck).Start();

        public void Reboot() => Power.RebootDevice();

        public void Log(LogLevel level, string text)
        {
            if (level >= LogLevel)
            {
                Console.WriteLine(text);
            }
        }

        private void RunHealthCheck()
        {
            HealthStatus status = HealthStatus.Healthy;
            string detail = string.Empty;
            try
            {
                if (_agent.HealthCheck != null)
                {
                    status = _agent.HealthCheck(out detail);
                }
            }
            catch (Exception exception)
            {
                status = HealthStatus.Unhealthy;
                detail = ApplicationFault.Describe("HealthCheck", exception);
                Log(LogLevel.Error, detail);
            }

            _queue.Post(new BoardEvent(BoardEventKind.Health) { Number = (int)status, Text = detail ?? string.Empty });
        }
    }
}
