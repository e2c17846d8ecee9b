using System.Text;
using NanoIoT.Shared;
using NanoIoT.Shared.Json;

namespace NanoIoT.Shared.Tests;

[TestClass]
public sealed class MessageTests
{
    [TestMethod]
    public void A_manifest_survives_its_bytes()
    {
        Manifest manifest = Example();

        Manifest read = Manifest.Parse(manifest.ToBytes());

        CollectionAssert.AreEqual(manifest.ToBytes(), read.ToBytes());
        Assert.AreEqual("1.2.0", read.MinVersion);
        Assert.AreEqual(26, read.ChunkCount);
    }

    [TestMethod]
    [DataRow("\"size\":103424", "\"size\":0")]
    [DataRow("\"size\":103424", "\"size\":-5")]
    [DataRow("\"size\":103424", "\"size\":2147483647")]
    [DataRow("\"chunkSize\":4096", "\"chunkSize\":0")]
    [DataRow("\"chunkSize\":4096", "\"chunkSize\":1000000")]
    [DataRow("\"version\":\"1.3.0\"", "\"version\":\"1.3\"")]
    [DataRow("\"component\":\"app\"", "\"component\":\"a/b\"")]
    [DataRow("\"component\":\"app\"", "\"component\":\"app\",\"component\":\"app\"")]
    [DataRow("\"kind\":\"mcuboot\"", "\"kind\":\"zip\"")]
    [DataRow("\"offset\":103424", "\"offset\":10")]
    [DataRow("\"profiles\":[\"ESP32_S3\"]", "\"profiles\":[]")]
    [DataRow("\"rollbackIndex\":3", "\"rollbackIndex\":null")]
    public void A_manifest_out_of_range_is_malformed(string what, string with)
    {
        string json = Encoding.UTF8.GetString(Example().ToBytes());
        StringAssert.Contains(json, what, StringComparison.Ordinal);

        MessageException exception = Assert.ThrowsExactly<MessageException>(() => Manifest.Parse(Encoding.UTF8.GetBytes(json.Replace(what, with, StringComparison.Ordinal))));

        Assert.AreEqual(ReasonCodes.ManifestMalformed, exception.Reason);
    }

    [TestMethod]
    public void An_announcement_survives_its_bytes_and_unknown_fields_are_passed_over()
    {
        var announcement = new Announcement
        {
            Campaign = "c-1",
            Revision = 4,
            Manifest = Example().ToBytes(),
            Signature = new byte[64],
            KeyId = "k",
            Url = "https://host/f?a=b&c=d",
            Permyriad = 2500,
            Salt = "s",
            SpreadSeconds = 600,
        };
        string json = Encoding.UTF8.GetString(announcement.ToBytes());
        Assert.IsFalse(json.Contains("\\u", StringComparison.Ordinal), "boards misread escapes");

        Announcement read = Announcement.Parse(Encoding.UTF8.GetBytes(json.Replace("\"revision\"", "\"new\":{\"a\":[1]},\"revision\"", StringComparison.Ordinal)));

        CollectionAssert.AreEqual(announcement.ToBytes(), read.ToBytes());
    }

    [TestMethod]
    [DataRow("{\"v\":2,\"revision\":1}", ReasonCodes.UnknownContractVersion)]
    [DataRow("{\"revision\":1}", ReasonCodes.AnnouncementMalformed)]
    [DataRow("{\"v\":1}", ReasonCodes.AnnouncementMalformed)]
    [DataRow("{\"v\":1,\"revision\":1,\"campaign\":\"a b\",\"url\":\"u\"}", ReasonCodes.AnnouncementMalformed)]
    [DataRow("{\"v\":1,\"revision\":1,\"campaign\":\"a\",\"state\":\"maybe\"}", ReasonCodes.AnnouncementMalformed)]
    [DataRow("{\"v\":1,\"revision\":1,\"campaign\":\"a\"}", ReasonCodes.AnnouncementMalformed)]
    [DataRow("{\"v\":1,\"revision\":1,\"campaign\":\"a\",\"manifest\":\"*\"}", ReasonCodes.AnnouncementMalformed)]
    [DataRow("[]", ReasonCodes.AnnouncementMalformed)]
    [DataRow("hello", ReasonCodes.AnnouncementMalformed)]
    public void A_bad_announcement_has_a_reason(string json, string reason)
    {
        MessageException exception = Assert.ThrowsExactly<MessageException>(() => Announcement.Parse(Encoding.UTF8.GetBytes(json)));

        Assert.AreEqual(reason, exception.Reason);
    }

    [TestMethod]
    public void An_announcement_of_200_KB_is_refused_unread()
    {
        MessageException exception = Assert.ThrowsExactly<MessageException>(() => Announcement.Parse(new byte[200 * 1024]));

        Assert.AreEqual(ReasonCodes.AnnouncementTooLarge, exception.Reason);
    }

    [TestMethod]
    public void A_report_survives_its_bytes()
    {
        var report = new ProgressReport { Campaign = "c", Component = "app", State = UpdateStates.RolledBack, Sequence = 4, From = "1.0.0", To = "1.1.0", Reason = "r", Detail = "says \"no\"\n\u0001", Bytes = 7, Timestamp = 8 };

        ProgressReport read = ProgressReport.Parse(report.ToBytes());

        Assert.AreEqual(report.Detail, read.Detail);
        CollectionAssert.AreEqual(report.ToBytes(), read.ToBytes());
        Assert.ThrowsExactly<JsonFormatException>(() => ProgressReport.Parse("{\"campaign\":\"c\",\"seq\":1,\"state\":\"flying\"}"u8.ToArray()));
        Assert.ThrowsExactly<JsonFormatException>(() => ProgressReport.Parse("{\"campaign\":\"c\",\"state\":\"staged\"}"u8.ToArray()));
    }

    [TestMethod]
    [DataRow("nanoiot/ota/all/app", 0)]
    [DataRow("nanoiot/ota/region/eu/app", 1)]
    [DataRow("nanoiot/ota/group/lab/app", 2)]
    [DataRow("nanoiot/ota/group/lab/region/eu/app", 3)]
    [DataRow("nanoiot/ota/thing/t/app", 4)]
    [DataRow("nanoiot/ota/group/region/app", 2)]
    [DataRow("nanoiot/ota/group/thing/region/all/app", 3)]
    public void Topics_know_how_specific_they_are(string topic, int rank)
    {
        Assert.AreEqual(rank, Topics.OtaSpecificity(topic));
    }

    private static Manifest Example() => new()
    {
        Component = "app",
        Version = "1.3.0",
        Kind = ImageKinds.McuBoot,
        Size = 103424,
        Sha256 = new string('a', 64),
        ChunkSize = 4096,
        DigestsHmac = new string('b', 64),
        DigestsOffset = 103424,
        Profiles = ["ESP32_S3"],
        MinVersion = "1.2.0",
        RollbackIndex = 3,
    };
}
