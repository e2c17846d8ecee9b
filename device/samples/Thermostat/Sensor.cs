using System;

namespace Thermostat
{
    /// <summary>A sensor as a room would have it: it drifts toward the setpoint. A board would read I2C here.</summary>
    internal sealed class Sensor
    {
        private readonly Random _random = new Random();
        private double _temperature = 18;

        public double ReadTemperature(double setpoint)
        {
            _temperature += ((setpoint - _temperature) * 0.1) + ((_random.Next(100) - 50) * 0.002);
            return _temperature;
        }

        public double ReadHumidity() => 45 + (_random.Next(100) * 0.05);
    }
}
