using System.Text;
using NanoIoT.Emulator.Simulation;
using NanoIoT.HardwareProfiles;
using NanoIoT.Shared;
using NanoIoT.Testing.Simulation;

namespace NanoIoT.Simulation.Tests;

/// <summary>Exceptions that come out of the application's callbacks, and callbacks that are never called.</summary>
[TestClass]
public sealed class ApplicationFaultTests
{
    private readonly SimulatedScene _scene = new(ProfileCatalog.Find("ESP32_S3")!);

    [TestMethod]
    public void What_the_desired_state_handler_throws_is_logged_as_the_applications_with_its_type()
    {
        SimulatedBoard board = _scene.CreateBoard(change: settings => settings with { HasDesiredState = true, UseClassicShadow = true });
        var seen = new List<string>();
        board.DesiredState = json =>
        {
            seen.Add(json);
            throw new InvalidOperationException("no such mode");
        };
        board.PowerOn();
        _scene.Wait(5_000);

        Desire(board, "{\"mode\":1}");
        Desire(board, "{\"mode\":2}");

        CollectionAssert.AreEqual(new[] { "{\"mode\":1}", "{\"mode\":2}" }, seen);
        string[] faults = [.. board.LogLines.Where(line => line.EndsWith("application: DesiredState threw System.InvalidOperationException: no such mode", StringComparison.Ordinal))];
        Assert.HasCount(2, faults, string.Join('\n', board.LogLines));
        Assert.IsTrue(board.IsConnected);
    }

    [TestMethod]
    [DataRow(true, false, 1)]
    [DataRow(true, true, 0)]
    [DataRow(false, false, 0)]
    public void A_desired_state_handler_that_is_never_called_is_warned_of(bool hasHandler, bool usesShadow, int warnings)
    {
        SimulatedBoard board = _scene.CreateBoard(change: settings => settings with { HasDesiredState = hasHandler, UseClassicShadow = usesShadow });
        board.PowerOn();
        _scene.Wait(5_000);

        Assert.HasCount(warnings, board.LogLines.Where(line => line.Contains("UseClassicShadow", StringComparison.Ordinal)).ToArray());
    }

    [TestMethod]
    public void What_the_update_policy_throws_is_logged_as_the_applications_and_puts_the_update_off()
    {
        SimulatedBoard board = _scene.CreateBoard(change: settings => settings with { HasPolicy = true });
        bool throws = true;
        board.Policy = _ => throws ? throw new InvalidOperationException("no battery gauge") : 0;
        board.PowerOn();
        _scene.Publish("2.0.0");
        _scene.Announce("c", "2.0.0");
        _scene.Wait(20_000);

        Assert.Contains("application: update policy threw System.InvalidOperationException: no battery gauge", string.Join('\n', board.LogLines));
        Assert.AreEqual(ReasonCodes.Deferred, _scene.ProgressOf(board, "c")!.Reason);

        throws = false;
        Assert.AreEqual(UpdateStates.Succeeded, _scene.RunToEnd(board, "c")!.State);
    }

    private void Desire(SimulatedBoard board, string state)
    {
        board.Receive(Topics.Shadow("board", null) + "/update/delta", Encoding.UTF8.GetBytes($"{{\"state\":{state}}}"));
        _scene.Wait(1_000);
    }
}
