using System;

namespace NanoIoT.Device
{
    /// <summary>An exception that came out of the application's code, told apart from a fault of the agent.</summary>
    public static class ApplicationFault
    {
        /// <summary>Says which of the application's methods threw what.</summary>
        /// <param name="method">The method, e.g. <c>HealthCheck</c>.</param>
        /// <param name="exception">What it threw.</param>
        /// <returns>The text, for the log and for reports.</returns>
        public static string Describe(string method, Exception exception) =>
            "application: " + method + " threw " + exception.GetType().FullName + ": " + exception.Message;
    }
}
