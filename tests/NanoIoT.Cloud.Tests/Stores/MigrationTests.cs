using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Data.Sqlite;
using NanoIoT.Cloud.Campaigns.Machine;
using NanoIoT.Cloud.Campaigns.Plans;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Identity;
using NanoIoT.Cloud.Identity.Policies;
using NanoIoT.Cloud.Registry;

namespace NanoIoT.Cloud.Tests.Stores;

/// <summary>A data folder of the version before records.</summary>
[TestClass]
public sealed class MigrationTests
{
    private const string OldSchema = """
        CREATE TABLE things (name TEXT PRIMARY KEY, thing_id TEXT NOT NULL, type TEXT, profile TEXT NOT NULL, region TEXT NOT NULL,
            attributes TEXT NOT NULL, firmware TEXT NOT NULL, version INTEGER NOT NULL, created INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE thing_groups (group_name TEXT NOT NULL, thing TEXT NOT NULL REFERENCES things(name) ON DELETE CASCADE, PRIMARY KEY (group_name, thing)) WITHOUT ROWID;
        CREATE TABLE certificates (id TEXT PRIMARY KEY, thing TEXT NOT NULL REFERENCES things(name) ON DELETE CASCADE, pem TEXT NOT NULL, status TEXT NOT NULL, created INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE shadows (thing TEXT NOT NULL, name TEXT NOT NULL, document TEXT, version INTEGER NOT NULL, PRIMARY KEY (thing, name)) WITHOUT ROWID;
        CREATE TABLE retained (topic TEXT PRIMARY KEY, payload BLOB NOT NULL, qos INTEGER NOT NULL, modified INTEGER NOT NULL) WITHOUT ROWID;
        CREATE TABLE artifacts (component TEXT NOT NULL, version TEXT NOT NULL, manifest BLOB NOT NULL, signature BLOB NOT NULL,
            key_id TEXT NOT NULL, file TEXT NOT NULL, created INTEGER NOT NULL, PRIMARY KEY (component, version)) WITHOUT ROWID;
        CREATE TABLE campaigns (id TEXT PRIMARY KEY, created INTEGER NOT NULL, record TEXT NOT NULL) WITHOUT ROWID;
        CREATE TABLE progress (campaign TEXT NOT NULL, thing TEXT NOT NULL, seq INTEGER NOT NULL, state TEXT NOT NULL, reason TEXT, detail TEXT, from_version TEXT NOT NULL,
            to_version TEXT NOT NULL, bytes INTEGER NOT NULL, ts INTEGER NOT NULL, received INTEGER NOT NULL, reports INTEGER NOT NULL, copied INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (campaign, thing)) WITHOUT ROWID;
        INSERT INTO things VALUES ('p', 'id1', 'pump', 'ESP32_REV3', 'eu', '{"x":"1"}', '{"app":"1.0.0"}', 3, 100);
        INSERT INTO thing_groups VALUES ('field', 'p');
        INSERT INTO campaigns VALUES ('old', 5, '{"id":"old","request":{"id":"old","component":"app","version":"1.0.0","stages":[{"group":"lab","region":null,"percent":50,"successPercent":90,"bakeSeconds":7},{"group":"field"}],
            "abortPercent":30,"abortMinimum":4,"spreadSeconds":9,"acceptNoTrial":false},"salt":"s","status":"paused","reason":null,"stage":0,"stageSatisfied":null,"revision":2,"created":5,"ended":null,
            "url":"u","urlExpires":7,"announced":{"nanoiot/ota/group/lab/app":{"state":"active","permyriad":5000,"url":"u"}},"isOver":false}');
        INSERT INTO progress VALUES ('old', 'p', 3, 'succeeded', NULL, NULL, '0.9.0', '1.0.0', 10, 6, 7, 3, 0);
        PRAGMA user_version = 2;
        """;

    [TestMethod]
    public async Task An_old_data_folder_keeps_its_things_groups_certificates_and_token()
    {
        string folder = Directory.CreateTempSubdirectory("nanoiot-old-").FullName;
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 certificate = new CertificateRequest("CN=p", key, HashAlgorithmName.SHA256).CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(9));
        string id = CertificateAuthority.CertificateIdOf(certificate);
        await File.WriteAllTextAsync(Path.Combine(folder, "admin.token"), "nio_old").ConfigureAwait(false);
        using (var connection = new SqliteConnection($"Data Source={Path.Combine(folder, "nanoiot.db")};Pooling=False"))
        {
            connection.Open();
            using SqliteCommand command = connection.CreateCommand();
            command.CommandText = OldSchema + "INSERT INTO certificates VALUES (@id, 'p', @pem, 'ACTIVE', 5);";
            command.Parameters.AddWithValue("@id", id);
            command.Parameters.AddWithValue("@pem", certificate.ExportCertificatePem());
            command.ExecuteNonQuery();
        }

        CloudService cloud = await CloudService.StartAsync(new CloudOptions { DataFolder = folder, MqttPort = 0, HttpsPort = 0, Init = true }).ConfigureAwait(false);
        await using (cloud.ConfigureAwait(false))
        {
            Thing thing = cloud.Registry.Find("p")!;
            Assert.AreEqual("ESP32_REV3", thing.Profile);
            Assert.AreEqual("eu", thing.Region);
            Assert.AreEqual("field", thing.Groups.Single());
            Assert.AreEqual("1.0.0", thing.Firmware["app"]);
            Campaign campaign = cloud.Campaigns.View("old")!.Campaign;
            Assert.AreEqual(CampaignStatus.Paused, campaign.Status);
            Assert.AreEqual(new AbortCriterion { Percent = 30, Minimum = 4 }, campaign.Request.Abort.Single());
            Assert.AreEqual(5000, campaign.Gates.Single().Share);
            Assert.AreEqual(5000, campaign.Gate);
            Assert.AreEqual(3, cloud.Campaigns.View("old")!.Reports);
            Assert.AreEqual("p", cloud.Registry.List("field").Single().ThingName);
            Assert.AreEqual("cert/" + id, cloud.Registry.PrincipalsOf("p").Single());
            Assert.AreEqual(new DateTimeOffset(certificate.NotAfter.ToUniversalTime()).ToUnixTimeSeconds(), cloud.Identities.Find(id)!.NotAfter);
            Assert.IsTrue(cloud.Access.For(id, "p", null).IsAllowed(PolicyAction.Connect, "p"));
            Assert.AreEqual("admin", cloud.Users.FindByToken("nio_old")!.Name);
        }

        Directory.Delete(folder, recursive: true);
    }
}
