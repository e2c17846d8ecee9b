using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Gateway;

/// <summary>What a user reads when a body or a parameter is wrong.</summary>
[TestClass]
public sealed class BodyErrorTests
{
    [TestMethod]
    [DataRow("""{"name":"a"}""", "The body must contain 'role'.")]
    [DataRow("""{"name":1,"role":"viewer"}""", "The body has a value of the wrong type at '$.name'.")]
    [DataRow("""{"name":null,"role":"viewer"}""", "The body has null where a value is required at '$.name'.")]
    [DataRow("""{"name":""", "The body is not valid JSON at '$.name'")]
    [DataRow("", "The request must have a JSON body.")]
    [DataRow("null", "The request must have a JSON body.")]
    public async Task A_wrong_body_is_described_without_names_of_types(string body, string expected)
    {
        TestService service = await TestService.StartAsync();
        await using (service.ConfigureAwait(false))
        {
            using HttpClient http = service.CreateHttp();
            using var content = new StringContent(body, Encoding.UTF8, "application/json");

            using HttpResponseMessage answer = await http.PostAsync(new Uri("/nanoiot/users", UriKind.Relative), content);

            JsonNode json = JsonNode.Parse(await answer.Content.ReadAsStringAsync())!;
            Assert.AreEqual(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.AreEqual("InvalidRequestException", json["code"]!.GetValue<string>());
            Assert.StartsWith(expected, json["message"]!.GetValue<string>());
            Assert.DoesNotContain("NanoIoT.", json["message"]!.GetValue<string>());
        }
    }

    [TestMethod]
    [DataRow("/nanoiot/things?limit=abc", "limit has the value 'abc', which is not valid.")]
    [DataRow("/nanoiot/tail", "sql is required.")]
    public async Task A_wrong_parameter_is_described_by_its_name(string path, string expected)
    {
        TestService service = await TestService.StartAsync();
        await using (service.ConfigureAwait(false))
        {
            using HttpClient http = service.CreateHttp();

            using HttpResponseMessage answer = await http.GetAsync(new Uri(path, UriKind.Relative));

            Assert.AreEqual(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.AreEqual(expected, JsonNode.Parse(await answer.Content.ReadAsStringAsync())!["message"]!.GetValue<string>());
        }
    }
}
