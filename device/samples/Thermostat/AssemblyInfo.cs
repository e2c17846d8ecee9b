using System.Reflection;

[assembly: AssemblyTitle("Thermostat")]
#if NEW_SENSOR_DRIVER
[assembly: AssemblyVersion("1.2.0.0")]
#elif HUMIDITY
[assembly: AssemblyVersion("1.1.0.0")]
#else
[assembly: AssemblyVersion("1.0.0.0")]
#endif
