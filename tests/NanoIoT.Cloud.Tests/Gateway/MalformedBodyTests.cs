using System.Text;
using System.Text.RegularExpressions;
using NanoIoT.Cloud.Gateway.Authorization;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Gateway;

/// <summary>No body, however malformed, is a fault of the service.</summary>
[TestClass]
public sealed partial class MalformedBodyTests
{
    private const int Mutations = 40;

    private static readonly string[] s_bodies =
    [
        "", "null", "true", "1", "1e999", "\"text\"", "[]", "[[]]", "[null]", "{}", "{", "}", "{\"", "{\"a\":", "{\"a\":1,}", "{\"a\":1}{\"a\":1}", "\uFEFF{}",
        """{"":null}""", """{"id":null}""", """{"id":{}}""", """{"id":[]}""", """{"id":1}""", """{"name":"\ud800"}""", """{"name":"\udc00\ud800"}""",
        """{"\ud800":1}""", """{"name":"\u0000"}""", """{"id":"\ud800","version":"\ud800","stages":["\ud800"]}""",
        """{"name":"a","role":"root"}""", """{"name":"a","role":null}""", """{"name":null,"role":"admin"}""", """{"thing":null}""", """{"thing":{}}""",
        """{"thing":{"thingName":null}}""", """{"thing":{"thingName":"x","groups":[null]}}""", """{"thing":{"thingName":"x","attributes":{"a":null}}}""",
        """{"thing":{"thingName":"x"},"csr":"no csr"}""", """{"attributes":null}""", """{"attributes":{"\ud800":"x"}}""", """{"attributes":{"a":"\ud800"}}""",
        """{"template":null,"days":-1}""", """{"template":"nanoiot-fleet","days":99999999999}""", """{"csr":"x","parameters":{"a":null}}""",
        """{"id":"a","version":"1.0.0","stages":null}""", """{"id":"a","version":"1.0.0","stages":[null]}""", """{"id":"a","version":"1.0.0","stages":[{}]}""",
        """{"id":"a","version":"1.0.0","stages":[{"groups":[null]}]}""", """{"id":"a","component":null,"version":null,"stages":[{"percent":1e99}]}""",
        """{"days":1e99}""", """{"active":"yes"}""", """{"rule":1,"id":"x"}""", """{"sql":"SELECT","topic":"a"}""", """{"sql":"SELECT * FROM 'a'","topic":"\ud800"}""",
        """{"sql":"SELECT * FROM 'a'","topic":"a","payload":"{\"a\":\"\\ud800\"}"}""", """{"sql":"SELECT * FROM 'a'","topic":"a","timestamp":9223372036854775807}""",
        """{"sql":"SELECT parse_time('yyyy', timestamp()) FROM 'a'","topic":"a","timestamp":-9223372036854775808}""", """{"name":"t","hashKey":""}""",
        """{"protocol":"http","endpoint":"http://\ud800/"}""", """{"protocol":"email","endpoint":"\u0000@x"}""", """{"message":null}""", """{"message":"\ud800","subject":"\ud800"}""",
        "{\"a\":" + new string('[', 200) + new string(']', 200) + "}", "{\"" + new string('a', 70000) + "\":1}", "{\"a\":" + new string('9', 5000) + "}",
    ];

    [TestMethod]
    public async Task No_endpoint_answers_500_to_a_malformed_body_or_query()
    {
        TestService service = await TestService.StartAsync();
        await using (service.ConfigureAwait(false))
        {
            using CredentialClients clients = await CredentialClients.CreateAsync(service);
            HttpClient admin = clients[CallerKind.Admin];
            HttpClient board = clients[CallerKind.Board];
            int seed = Environment.TickCount;
            var wrong = new List<string>();
            foreach (EndpointRow endpoint in service.Cloud.Endpoints.Read().Where(row => row.Method is "POST" or "PUT" or "PATCH"))
            {
                HttpClient client = endpoint.Policy == Policies.Certificate ? board : admin;
                foreach (string body in s_bodies.Concat(Mutate(new Random(seed))))
                {
                    await SendAsync(client, endpoint, Encoding.UTF8.GetBytes(body), string.Empty, wrong);
                }

                await SendAsync(client, endpoint, [0x7b, 0x22, 0xff, 0xfe, 0x22, 0x3a, 0x31, 0x7d], string.Empty, wrong);
            }

            string[] queries = ["?limit=x", "?limit=-1", "?limit=99999999999", "?after=%00", "?after=%ed%a0%80", "?sql=%ff", "?stage=x", "?before=x", "?a=1&a=2", "?=", "?%", "?expires=x&signature=%ff"];
            foreach (EndpointRow endpoint in service.Cloud.Endpoints.Read().Where(row => row.Method is "GET" or "DELETE"))
            {
                foreach (string query in queries)
                {
                    await SendAsync(admin, endpoint, [], query, wrong);
                }
            }

            Assert.AreEqual(string.Empty, string.Join('\n', wrong), $"seed {seed}");
        }
    }

    /// <summary>Bodies with a few bytes of valid ones changed.</summary>
    private static IEnumerable<string> Mutate(Random random)
    {
        string[] valid = [.. s_bodies.Where(body => body.StartsWith("{\"", StringComparison.Ordinal) && body.Length < 500)];
        for (int i = 0; i < Mutations; i++)
        {
            char[] body = valid[random.Next(valid.Length)].ToCharArray();
            body[random.Next(body.Length)] = "{}[]\",:\\u0é\0 -e."[random.Next(16)];
            yield return new string(body);
        }
    }

    private static async Task SendAsync(HttpClient client, EndpointRow endpoint, byte[] body, string query, List<string> wrong)
    {
        var raw = new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true };
        string path = client.BaseAddress!.ToString().TrimEnd('/') + Variables().Replace(endpoint.Path, "nobody") + query;
        using var request = new HttpRequestMessage(new HttpMethod(endpoint.Method), new Uri(path, in raw));
        if (body.Length > 0)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = new("application/json");
        }

        using HttpResponseMessage answer = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
        if ((int)answer.StatusCode >= 500)
        {
            string text = Encoding.UTF8.GetString(body);
            wrong.Add($"{endpoint.Method} {endpoint.Path}{query} {text[..Math.Min(100, text.Length)]}: {(int)answer.StatusCode}");
        }
    }

    [GeneratedRegex(@"\{[^}]*\}")]
    private static partial Regex Variables();
}
