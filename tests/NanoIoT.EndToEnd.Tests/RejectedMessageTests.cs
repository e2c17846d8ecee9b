using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using MQTTnet;
using MQTTnet.Protocol;
using NanoIoT.Cloud.Rest;
using NanoIoT.Testing;

namespace NanoIoT.EndToEnd.Tests;

/// <summary>Messages that no handler can process: each is acknowledged, and the connection stays.</summary>
[TestClass]
public sealed class RejectedMessageTests : GatewayTestBase
{
    private const string LoneSurrogate = """{"state":{"reported":{"a":"\ud800"}},"clientToken":"k"}""";

    [TestMethod]
    [DataRow("update", LoneSurrogate)]
    [DataRow("update", """{"state":{"reported":{"\udfff":1}}}""")]
    [DataRow("get", """{"clientToken":"\ud800"}""")]
    [DataRow("delete", """{"clientToken":"\ud800"}""")]
    public async Task A_lone_surrogate_over_MQTT_is_rejected_acknowledged_and_the_connection_stays(string operation, string payload)
    {
        (IMqttClient client, ConcurrentQueue<string> messages, _) = await ConnectAsync("t").ConfigureAwait(false);
        await client.SubscribeAsync($"$aws/things/t/shadow/{operation}/rejected", MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);

        MqttClientPublishResult result = await client.PublishStringAsync($"$aws/things/t/shadow/{operation}", payload, MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);

        Assert.IsTrue(result.IsSuccess);
        await Wait.UntilAsync(() => !messages.IsEmpty, "it is rejected").ConfigureAwait(false);
        Assert.AreEqual(400, JsonNode.Parse(messages.Single())!["code"]!.GetValue<int>());
        Assert.IsTrue(client.IsConnected);
    }

    [TestMethod]
    public async Task No_payload_on_any_topic_that_a_handler_serves_goes_without_a_PUBACK()
    {
        string[] topics =
        [
            "$aws/things/t/shadow/update", "$aws/things/t/shadow/get", "$aws/things/t/shadow/delete",
            "$aws/things/t/shadow/name/nanoiot/update", "$aws/things/t/shadow/name/nanoiot/get", "$aws/things/t/shadow/name/nanoiot/delete",
            "$aws/things/t/shadow/name/no such name/update", "$aws/things/t/shadow/name//update", "$aws/things//shadow/update",
            "$aws/certificates/create/json", "$aws/certificates/create-from-csr/json", "$aws/provisioning-templates/nanoiot/provision/json",
            "nanoiot/things/t/certificate/confirm", "nanoiot/things/t/ota/url/get", "nanoiot/things/t/ota/progress", "nanoiot/things/t/telemetry", "nanoiot/things/t/events",
            "$aws/rules/nanoiot_progress", "$aws/rules/nanoiot_progress/nanoiot/things/t/ota/progress",
        ];
        await AllowAsync("t").ConfigureAwait(false);
        (IMqttClient client, _, _) = await ConnectAsync("t").ConfigureAwait(false);
        int seed = Environment.TickCount;
        var random = new Random(seed);

        for (int i = 0; i < 1500; i++)
        {
            string topic = topics[i % topics.Length];
            byte[] payload = Garbage.Payload(random);
            try
            {
                await client.PublishBinaryAsync(topic, payload, MqttQualityOfServiceLevel.AtLeastOnce).WaitAsync(Wait.Limit).ConfigureAwait(false);
            }
            catch (Exception exception)
            {
                Assert.Fail($"seed {seed}, message {i}: {topic} {Encoding.UTF8.GetString(payload)}: {exception.Message}");
            }
        }

        Assert.IsTrue(client.IsConnected);
    }

    [TestMethod]
    public async Task An_update_that_is_rejected_does_not_change_the_registrys_version()
    {
        (IMqttClient client, ConcurrentQueue<string> messages, _) = await ConnectAsync("t").ConfigureAwait(false);
        const string topic = "$aws/things/t/shadow/name/nanoiot/update";
        await client.SubscribeAsync(topic + "/rejected", MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);

        await client.PublishStringAsync(topic, """{"state":{"reported":{"firmware":{"app":"1.0.0"}}}}""", MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
        await client.PublishStringAsync(topic, """{"state":{"reported":{"firmware":{"app":"6.6.6"}}},"version":41}""", MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);
        await client.PublishStringAsync(topic, """{"state":{"reported":{"firmware":{"app":"7.7.7"}},"unknown":{}}}""", MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);

        await Wait.UntilAsync(() => messages.Count == 2, "both are rejected").ConfigureAwait(false);
        Assert.AreEqual("1.0.0", Cloud.Registry.Find("t")!.Firmware["app"]);
    }

    [TestMethod]
    [DataRow("$package", true)]
    [DataRow("a:b_c-1", true)]
    [DataRow("a.b", false)]
    [DataRow("a b", false)]
    public async Task A_shadows_name_is_treated_the_same_over_HTTP_and_MQTT(string name, bool isValid)
    {
        await AllowAsync("t").ConfigureAwait(false);
        (IMqttClient client, ConcurrentQueue<string> messages, _) = await ConnectAsync("t").ConfigureAwait(false);
        string topic = $"$aws/things/t/shadow/name/{name}/update";
        await client.SubscribeAsync(topic + (isValid ? "/accepted" : "/rejected"), MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);

        await client.PublishStringAsync(topic, """{"state":{"reported":{"a":1}}}""", MqttQualityOfServiceLevel.AtLeastOnce).ConfigureAwait(false);

        await Wait.UntilAsync(() => !messages.IsEmpty, "it is answered").ConfigureAwait(false);
        using var http = new ServiceClient(Cloud.Ready);
        using HttpResponseMessage answer = await http.Http.GetAsync($"/things/t/shadow?name={Uri.EscapeDataString(name)}").ConfigureAwait(false);
        Assert.AreEqual(isValid ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.StatusCode);
    }

    [TestMethod]
    public async Task A_lone_surrogate_over_REST_is_a_bad_request_for_every_operation()
    {
        using var http = new ServiceClient(Cloud.Ready);
        string[] nested =
        [
            """{"policyDocument":"{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"iot:*\",\"Resource\":\"\\ud800\"}]}"}""",
            """{"templateBody":"{\"Resources\":{\"\\ud800\":{}}}"}""",
        ];
        string[] bodies = ["""{"a":"\ud800"}""", """{"state":{"reported":{"\ud800":1}}}""", .. nested];
        foreach (Operation operation in Cloud.Operations.Operations.Where(operation => operation.Method is "POST" or "PUT" or "PATCH"))
        {
            string path = System.Text.RegularExpressions.Regex.Replace(operation.Path, @"\{[^}]*\}", "t");
            foreach (string body in bodies)
            {
                using var request = new HttpRequestMessage(new HttpMethod(operation.Method), path) { Content = new StringContent(body, new MediaTypeHeaderValue("application/json")) };
                using HttpResponseMessage answer = await http.Http.SendAsync(request).ConfigureAwait(false);
                Assert.IsLessThan(500, (int)answer.StatusCode, $"{operation.Name}: {body}: {await answer.Content.ReadAsStringAsync().ConfigureAwait(false)}");
            }
        }

        using HttpResponseMessage shadow = await http.Http.PostAsync("/things/t/shadow", new StringContent(LoneSurrogate)).ConfigureAwait(false);
        Assert.AreEqual(HttpStatusCode.BadRequest, shadow.StatusCode);
    }
}
