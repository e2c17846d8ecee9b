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

    [TestMethod]
    public async Task The_values_of_a_urls_query_are_masked_for_readers_in_the_audit_log_and_in_failures()
    {
        HttpRecorder target = await HttpRecorder.StartAsync().ConfigureAwait(false);
        await using (target.ConfigureAwait(false))
        {
            TestService service = await TestService.StartAsync().ConfigureAwait(false);
            await using (service.ConfigureAwait(false))
            {
                target.Answer = _ => (400, "{}");
                using var client = new ServiceClient(service.Cloud.Ready);
                var url = new Uri(target.Address, "/hook?code=url-secret&bare-secret&x=");
                await client.PostAsync("/rules/hook", Webhook(url, "k", "Bearer h", "plain")).ConfigureAwait(false);
                await client.PostAsync("/nanoiot/topics", new JsonObject { ["name"] = "alarms" }).ConfigureAwait(false);
                await client.PostAsync(
                    "/nanoiot/topics/alarms/subscriptions",
                    new JsonObject { ["protocol"] = "http", ["endpoint"] = url.ToString() }).ConfigureAwait(false);
                var http = new JsonObject { ["confirmationUrl"] = url.ToString() };
                var destination = new JsonObject { ["httpUrlConfiguration"] = http };
                var create = new JsonObject { ["destinationConfiguration"] = destination };
                await client.PostAsync("/destinations", create).ConfigureAwait(false);
                await service.Bus.PublishAsync(new BusMessage("a/b", "{\"x\":1}"u8.ToArray())).ConfigureAwait(false);
                string letters = string.Empty;
                async Task<bool> HasLetterAsync()
                {
                    JsonNode answer = await client.GetAsync("/nanoiot/dead-letters?rule=hook").ConfigureAwait(false);
                    letters = answer.ToJsonString();
                    return answer["deadLetters"]!.AsArray().Count > 0;
                }

                await Wait.UntilAsync(HasLetterAsync, "the result is a dead letter").ConfigureAwait(false);

                string rule = (await client.GetAsync("/rules/hook").ConfigureAwait(false)).ToJsonString();
                string audit = (await client.GetAsync("/nanoiot/audit").ConfigureAwait(false)).ToJsonString();
                string topic = (await client.GetAsync("/nanoiot/topics/alarms").ConfigureAwait(false)).ToJsonString();
                string destinations = (await client.GetAsync("/destinations").ConfigureAwait(false)).ToJsonString();

                string log = string.Join('\n', service.Log);
                foreach (string text in new[] { rule, audit, topic, destinations, letters, log })
                {
                    Assert.DoesNotContain("url-secret", text);
                    Assert.DoesNotContain("bare-secret", text);
                }

                Assert.Contains($"/hook?code={SecretMask.Mask}", UrlOf(JsonNode.Parse(rule)!));
                Assert.AreEqual("/hook?code=url-secret&bare-secret&x=", target.Requests.First().Target);
            }
        }
    }

    [TestMethod]
    public async Task A_masked_query_keeps_the_stored_one_only_where_the_rest_of_the_url_is_as_it_was()
    {
        HttpRecorder target = await HttpRecorder.StartAsync().ConfigureAwait(false);
        await using (target.ConfigureAwait(false))
        {
            TestService service = await TestService.StartAsync().ConfigureAwait(false);
            await using (service.ConfigureAwait(false))
            {
                using var client = new ServiceClient(service.Cloud.Ready);
                var url = new Uri(target.Address, "/hook?code=url-secret&x=1");
                await client.PostAsync("/rules/hook", Webhook(url, "hmac", "Bearer h", "plain")).ConfigureAwait(false);
                string masked = UrlOf(await client.GetAsync("/rules/hook").ConfigureAwait(false));
                string[] others =
                [
                    masked.Replace("/hook", "/other", StringComparison.Ordinal),
                    masked + "&y=2",
                    masked.Replace("x=********", "x=2", StringComparison.Ordinal),
                ];

                foreach (string other in others)
                {
                    using HttpResponseMessage answer = await PatchAsync(client, other, "new").ConfigureAwait(false);
                    Assert.AreEqual(HttpStatusCode.BadRequest, answer.StatusCode, other);
                    string refusal = await answer.Content.ReadAsStringAsync().ConfigureAwait(false);
                    Assert.Contains("actions[0].webhook.url", refusal);
                }

                string mask = SecretMask.Mask;
                using HttpResponseMessage kept = await PatchAsync(client, masked, mask).ConfigureAwait(false);
                Assert.AreEqual(HttpStatusCode.OK, kept.StatusCode);
                await service.Bus.PublishAsync(new BusMessage("a/b", "{\"x\":1}"u8.ToArray())).ConfigureAwait(false);
                await Wait.UntilAsync(() => !target.Requests.IsEmpty, "the target is called").ConfigureAwait(false);
                Assert.AreEqual("/hook?code=url-secret&x=1", target.Requests.First().Target);
            }
        }
    }

    private static string UrlOf(JsonNode answer) =>
        answer["rule"]!["actions"]![0]!["webhook"]!["url"]!.GetValue<string>();

    private static Task<HttpResponseMessage> PatchAsync(ServiceClient client, string url, string hmacKey)
    {
        JsonObject rule = Webhook(new Uri("https://example.com/"), hmacKey, "Bearer h", "plain");
        rule["actions"]![0]!["webhook"]!["url"] = url;
        return client.Http.PatchAsync(new Uri("/rules/hook", UriKind.Relative), Content(rule));
    }

    private static StringContent Content(JsonObject body) => new(body.ToJsonString(), System.Text.Encoding.UTF8, "application/json");
}
