using System.Reflection;
using NanoIoT.Emulator.Simulation;

namespace NanoIoT.Emulator.Tests;

/// <summary>The device binary's maintenance window.</summary>
[TestClass]
public sealed class DevicePolicyTests
{
    [TestMethod]
    [DataRow(60, 120, 90, "Now")]
    [DataRow(60, 120, 120, "Later")]
    [DataRow(60, 120, 59, "Later")]
    [DataRow(1320, 360, 1400, "Now")]
    [DataRow(1320, 360, 10, "Now")]
    [DataRow(1320, 360, 720, "Later")]
    public void A_maintenance_window_may_span_midnight(int from, int to, int minute, string answer)
    {
        Assert.AreEqual(answer, Ask(from, to, (20000L * 86400) + (minute * 60)));
    }

    [TestMethod]
    public void Without_the_time_the_window_is_later_and_a_window_of_nothing_is_refused()
    {
        Assert.AreEqual("Later", Ask(60, 120, 0));
        Assert.IsInstanceOfType<ArgumentException>(Assert.ThrowsExactly<TargetInvocationException>(() => Ask(60, 60, 1)).InnerException);
    }

    private static string Ask(int from, int to, long unixSeconds)
    {
        Assembly boards = SimulationLibrary.Instance.LoadFromAssemblyName(new AssemblyName("NanoIoT.Device.Boards"));
        Assembly core = SimulationLibrary.Instance.LoadFromAssemblyName(new AssemblyName("NanoIoT.Device"));
        object window = Activator.CreateInstance(boards.GetType("NanoIoT.Device.Boards.MaintenanceWindow")!, from, to, true)!;
        object offer = Activator.CreateInstance(core.GetType("NanoIoT.Device.Ota.UpdateOffer")!)!;
        offer.GetType().GetField("UnixSeconds")!.SetValue(offer, unixSeconds);
        object reboot = window.GetType().GetMethod("MayReboot")!.Invoke(window, [offer])!;
        Assert.AreEqual(reboot, window.GetType().GetMethod("MayDownload")!.Invoke(window, [offer])!);
        return reboot.ToString()!;
    }
}
