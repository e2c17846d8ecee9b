using NanoIoT.HardwareProfiles;
using NanoIoT.Emulator.Files;
using NanoIoT.Emulator.Flash;

namespace NanoIoT.Emulator.Tests;

[TestClass]
public sealed class FileSystemTests
{
    [TestMethod]
    public void A_cut_commit_leaves_the_old_content()
    {
        var power = new PowerSupply();
        var files = new VirtualFileSystem(power, new FileSystemLayout("I:", "littlefs", 0, 24576));
        files.Commit("I:\\a", [1, 2, 3]);
        power.CutAfter(0, TornWrite.Half);

        Assert.ThrowsExactly<PowerLostException>(() => files.Commit("I:\\a", [4, 5]));
        power.TurnOn();

        CollectionAssert.AreEqual(new byte[] { 1, 2, 3 }, files.Read("I:\\a"));
    }

    [TestMethod]
    public void A_full_file_system_refuses_and_keeps_what_it_has()
    {
        var files = new VirtualFileSystem(new PowerSupply(), new FileSystemLayout("I:", "littlefs", 0, 8192));
        files.Commit("I:\\a", new byte[4096]);
        files.Commit("I:\\b", new byte[10]);

        Assert.ThrowsExactly<IOException>(() => files.Commit("I:\\c", [1]));
        Assert.ThrowsExactly<IOException>(() => files.Commit("I:\\a", new byte[4097]));

        Assert.HasCount(4096, files.Read("I:\\a")!);
        Assert.IsFalse(files.FileExists("I:\\c"));
    }

    [TestMethod]
    public void Nothing_moves_over_a_file_or_into_a_folder_that_is_not_there()
    {
        var files = new VirtualFileSystem(new PowerSupply(), new FileSystemLayout("I:", "littlefs", 0, 24576));
        files.Commit("I:\\a", [1]);
        files.Commit("I:\\b", [2]);

        Assert.ThrowsExactly<IOException>(() => files.Move("I:\\a", "I:\\b"));
        Assert.ThrowsExactly<IOException>(() => files.Commit("I:\\none\\c", [1]));
        files.CreateDirectory("I:\\d\\e");
        files.Move("I:\\a", "I:\\d\\e\\a");
        CollectionAssert.AreEqual(new[] { "I:\\d\\e\\a" }, files.List("I:\\d\\e", false));
        CollectionAssert.AreEqual(new[] { "I:\\d" }, files.List("I:\\", true));
    }

    [TestMethod]
    [DataRow(0)]
    [DataRow(1)]
    [DataRow(2)]
    [DataRow(3)]
    public void FAT_promises_nothing_of_the_file_that_was_being_changed_and_leaves_the_others(int damage)
    {
        var power = new PowerSupply();
        var files = new VirtualFileSystem(power, new FileSystemLayout("D:", "fat", 0, 65536)) { FatDamage = damage };
        files.Commit("D:\\changed", new byte[1000]);
        files.Commit("D:\\other", new byte[1000]);
        power.CutAfter(0, TornWrite.Half);

        Assert.ThrowsExactly<PowerLostException>(() => files.Commit("D:\\changed", [.. Enumerable.Repeat((byte)7, 1000)]));

        byte[]? left = files.Read("D:\\changed");
        Assert.IsFalse(left is not null && left.Length == 1000 && left.All(value => value == 7), "not the new content");
        Assert.IsTrue(damage == 0 ? left is null : left is not null);
        Assert.HasCount(1000, files.Read("D:\\other")!);
    }
}
