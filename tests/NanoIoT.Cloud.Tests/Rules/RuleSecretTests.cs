using System.Net;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Broker;
using NanoIoT.Cloud.Storage;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Rules;

/// <summary>Secrets of rules are written and never read.</summary>
[TestClass]
public sealed class RuleSecretTests
{
    private static JsonObject Webhook(Uri address, string hmacKey, string authorization, string plain) => new()
    {
        ["sql"] = "SELECT * FROM 'a/b'",
        ["awsIotSqlVersion"] = "2016-03-23",
        ["actions"] = new JsonArray(new JsonObject
        {
            ["webhook"] = new JsonObject
            {
                ["url"] = address.ToString(),
                ["hmacKey"] = hmacKey,
                ["headers"] = new JsonArray(
                    new JsonObject { ["key"] = "X-Kind", ["value"] = plain },
                    new JsonObject { ["key"] = "Authorization", ["value"] = authorization }),
            },
        }),
    };

    [TestMethod]
    public async Task Secrets_are_masked_for_readers_and_in_the_audit_log_and_kept_when_the_mask_comes_back()
    {
        HttpRecorder target = await HttpRecorder.StartAsync().ConfigureAwait(false);
        await using (target.ConfigureAwait(false))
        {
            TestService service = await TestService.StartAsync().ConfigureAwait(false);
            await using (service.ConfigureAwait(false))
            {
                using var client = new ServiceClient(service.Cloud.Ready);
                await client.PostAsync("/rules/hook", Webhook(target.Address, "hmac-secret", "Bearer header-secret", "plain")).ConfigureAwait(false);

                string read = (await client.GetAsync("/rules/hook").ConfigureAwait(false)).ToJsonString();
                string audit = (await client.GetAsync("/nanoiot/audit").ConfigureAwait(false)).ToJsonString();

                foreach (string text in new[] { read, audit })
                {
                    Assert.DoesNotContain("hmac-secret", text);
                    Assert.DoesNotContain("header-secret", text);
                }

                Assert.Contains("plain", read);
                Assert.Contains(SecretMask.Mask, read);
                JsonObject replaced = Webhook(target.Address, SecretMask.Mask, SecretMask.Mask, "other");
                await client.SendAsync(HttpMethod.Patch, "/rules/hook", Content(replaced)).ConfigureAwait(false);
                await service.Bus.PublishAsync(new BusMessage("a/b", "{\"x\":1}"u8.ToArray())).ConfigureAwait(false);
                await Wait.UntilAsync(() => !target.Requests.IsEmpty, "the target is called").ConfigureAwait(false);
                RecordedRequest request = target.Requests.First();
                Assert.AreEqual("Bearer header-secret", request.Headers["Authorization"]);
                Assert.AreEqual("other", request.Headers["X-Kind"]);
                string expected = Convert.ToHexStringLower(System.Security.Cryptography.HMACSHA256.HashData(
                    "hmac-secret"u8, System.Text.Encoding.UTF8.GetBytes(request.Headers["X-NanoIoT-Timestamp"] + "." + request.Text)));
                Assert.AreEqual("sha256=" + expected, request.Headers["X-NanoIoT-Signature"]);
            }
        }
    }

    [TestMethod]
    public async Task A_mask_with_nothing_behind_it_is_refused()
    {
        TestService service = await TestService.StartAsync().ConfigureAwait(false);
        await using (service.ConfigureAwait(false))
        {
            using var client = new ServiceClient(service.Cloud.Ready);
            using HttpResponseMessage answer = await client.Http.PostAsync(new Uri("/rules/hook", UriKind.Relative), Content(Webhook(new Uri("https://example.com/"), SecretMask.Mask, "Bearer x", "y"))).ConfigureAwait(false);

            Assert.AreEqual(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains("actions[0].webhook.hmacKey", await answer.Content.ReadAsStringAsync().ConfigureAwait(false));
        }
    }

    private static StringContent Content(JsonObject body) => new(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
}
