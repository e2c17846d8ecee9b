using NanoIoT.Emulator.Flash;

namespace NanoIoT.Emulator.Tests;

[TestClass]
public sealed class FlashTests
{
    [TestMethod]
    public void A_write_only_clears_bits_and_an_erase_sets_them()
    {
        var flash = new VirtualFlash(new PowerSupply(), 8192, 4096);
        flash.Write(10, [0b1111_0000]);
        flash.Write(10, [0b0011_1111]);

        Assert.AreEqual(0b0011_0000, Read(flash, 10));
        flash.Erase(0);
        Assert.AreEqual(0xFF, Read(flash, 10));
        Assert.IsTrue(flash.IsErased(0));
    }

    [TestMethod]
    [DataRow(TornWrite.Nothing, 0)]
    [DataRow(TornWrite.Half, 50)]
    [DataRow(TornWrite.Whole, 100)]
    public void A_cut_leaves_nothing_half_or_all_and_nothing_after_it(TornWrite torn, int expected)
    {
        var power = new PowerSupply();
        var flash = new VirtualFlash(power, 4096, 4096);
        power.CutAfter(1, torn);
        flash.Write(1000, [1]);

        Assert.ThrowsExactly<PowerLostException>(() => flash.Write(0, new byte[100]));
        Assert.ThrowsExactly<PowerLostException>(() => flash.Write(200, [0]));

        byte[] content = new byte[100];
        flash.Read(0, content);
        Assert.AreEqual(expected, content.Count(value => value == 0));
        Assert.AreEqual(0xFF, Read(flash, 200));
        Assert.AreEqual(1, power.Operations);
    }

    private static int Read(VirtualFlash flash, int offset)
    {
        byte[] one = new byte[1];
        flash.Read(offset, one);
        return one[0];
    }
}
