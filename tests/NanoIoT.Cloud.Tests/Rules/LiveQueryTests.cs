using System.Net;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules;
using NanoIoT.Testing;

namespace NanoIoT.Cloud.Tests.Rules;

/// <summary>How many live queries run at a time.</summary>
[TestClass]
public sealed class LiveQueryTests : RuleTestBase
{
    private const string Query = "/nanoiot/tail?sql=SELECT%20*%20FROM%20'%23'";

    [TestMethod]
    public async Task One_user_cannot_take_all_live_queries()
    {
        await Cloud.Users.CreateAsync("eve", Role.Viewer);
        (_, string token) = await Cloud.Users.CreateTokenAsync("eve", null);
        using var admin = new ServiceClient(Cloud.Ready);
        using var eve = new ServiceClient(Cloud.Ready);
        eve.Http.DefaultRequestHeaders.Authorization = new("Bearer", token);
        var open = new List<HttpResponseMessage>();

        HttpResponseMessage[] answers = await Task.WhenAll(Enumerable.Range(0, LiveQueryLimits.MaxPerCaller + 5).Select(_ => StartAsync(eve)));
        open.AddRange(answers);
        using HttpResponseMessage other = await StartAsync(admin);

        Assert.HasCount(LiveQueryLimits.MaxPerCaller, answers.Where(answer => answer.StatusCode == HttpStatusCode.OK));
        Assert.HasCount(5, answers.Where(answer => answer.StatusCode == HttpStatusCode.TooManyRequests));
        Assert.AreEqual(HttpStatusCode.OK, other.StatusCode);

        open.ForEach(answer => answer.Dispose());
        await Wait.UntilAsync(
            async () =>
            {
                using HttpResponseMessage again = await StartAsync(eve);
                return again.StatusCode == HttpStatusCode.OK;
            },
            "ended queries make room");
    }

    [TestMethod]
    public async Task A_live_query_ends_when_its_bearer_token_expires()
    {
        var time = new MovedTime(movesTimers: true);
        TestService service = await TestService.StartAsync(time);
        await using (service.ConfigureAwait(false))
        {
            await service.Cloud.Users.CreateAsync("eve", Role.Viewer);
            (_, string token) = await service.Cloud.Users.CreateTokenAsync("eve", TimeSpan.FromHours(1));
            using var eve = new ServiceClient(service.Cloud.Ready);
            eve.Http.DefaultRequestHeaders.Authorization = new("Bearer", token);
            using HttpResponseMessage query = await StartAsync(eve);
            using var reader = new StreamReader(await query.Content.ReadAsStreamAsync());

            time.Move(TimeSpan.FromHours(1));

            Assert.IsNull(await reader.ReadLineAsync().WaitAsync(Wait.Limit));
        }
    }

    private static Task<HttpResponseMessage> StartAsync(ServiceClient client) =>
        client.Http.GetAsync(new Uri(Query, UriKind.Relative), HttpCompletionOption.ResponseHeadersRead);
}
