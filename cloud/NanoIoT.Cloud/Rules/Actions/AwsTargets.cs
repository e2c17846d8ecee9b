using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Amazon.DynamoDBv2;
using Amazon.Runtime;
using Amazon.S3;
using Amazon.SQS;
using NanoIoT.Cloud.Aws;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rules.Delivery;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>
/// AWS's services that rules reach. DynamoDB, S3 and SQS by their SDKs; SNS, Kinesis, Firehose and Lambda, whose SDKs need not be
/// there, by their wire formats, signed by the signer of the SDK's core.
/// </summary>
internal sealed class AwsTargets(CloudOptions options, IHttpClientFactory http) : IDisposable
{
    // The queue tries again; the SDK's own tries would only hold it up.
    private readonly AwsClients _clients = new(options.Aws, 1);

    private AwsOptions Aws => options.Aws;

    public IAmazonDynamoDB DynamoDb => _clients.DynamoDb;

    public IAmazonS3 S3 => _clients.S3;

    public IAmazonSQS Sqs => _clients.Sqs;

    /// <summary>Whether a service can be reached.</summary>
    public bool Has(string service) => _clients.Has(service);

    /// <summary>Refuses an action whose service cannot be reached.</summary>
    public void Require(string service, string action)
    {
        if (!Has(service))
        {
            throw new CloudException(ErrorCodes.InvalidRequest, AwsClients.Missing("the action " + action) + ".");
        }
    }

    /// <summary>Invokes a Lambda function.</summary>
    /// <param name="function">Its ARN or name.</param>
    /// <param name="payload">JSON.</param>
    /// <param name="isEvent">Whether its answer is not waited for.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>Its answer.</returns>
    /// <exception cref="DeliveryException">It was not invoked, or failed.</exception>
    public async Task<byte[]> InvokeAsync(string function, byte[] payload, bool isEvent, CancellationToken cancellationToken)
    {
        (byte[] answer, HttpResponseHeaders headers) = await SendAsync(
            "lambda", $"/2015-03-31/functions/{Uri.EscapeDataString(function)}/invocations", "application/json", payload, [("X-Amz-Invocation-Type", isEvent ? "Event" : "RequestResponse")], cancellationToken).ConfigureAwait(false);
        return headers.Contains("X-Amz-Function-Error")
            ? throw new DeliveryException(DeliveryOutcome.Failed("LambdaFunctionError", Encoding.UTF8.GetString(answer)))
            : answer;
    }

    /// <summary>Calls a service of AWS's JSON 1.1 protocol.</summary>
    /// <returns>Its answer.</returns>
    /// <exception cref="DeliveryException">It refused.</exception>
    public async Task<JsonObject> CallJsonAsync(string service, string target, JsonObject body, CancellationToken cancellationToken)
    {
        (byte[] answer, _) = await SendAsync(service, "/", "application/x-amz-json-1.1", Encoding.UTF8.GetBytes(body.ToJsonString(Storage.RecordStore.Json)), [("X-Amz-Target", target)], cancellationToken).ConfigureAwait(false);
        return JsonNode.Parse(answer) as JsonObject ?? [];
    }

    /// <summary>Calls a service of AWS's query protocol.</summary>
    /// <exception cref="DeliveryException">It refused.</exception>
    public Task CallQueryAsync(string service, IEnumerable<(string Name, string Value)> parameters, CancellationToken cancellationToken)
    {
        string form = string.Join('&', parameters.Select(item => Uri.EscapeDataString(item.Name) + "=" + Uri.EscapeDataString(item.Value)));
        return SendAsync(service, "/", "application/x-www-form-urlencoded; charset=utf-8", Encoding.UTF8.GetBytes(form), [], cancellationToken);
    }

    /// <summary>Signs a request of an HTTP action.</summary>
    public void Sign(HttpRequestMessage request, byte[] body, string service, string region) => RequestSigning.Sign(request, body, service, region, _clients.Credentials);

    public void Dispose() => _clients.Dispose();

    /// <summary>What an SDK's exception means for a delivery.</summary>
    public static DeliveryOutcome OutcomeOf(Exception exception) => exception switch
    {
        DeliveryException delivery => delivery.Outcome,
        AmazonServiceException service when IsPermanent(service.StatusCode, service.ErrorCode) => DeliveryOutcome.Failed(service.ErrorCode ?? "AwsRefused", service.Message),
        AmazonServiceException service => DeliveryOutcome.Retry(service.ErrorCode ?? "AwsFailed", service.Message),

        // What is wrong with the result itself is wrong at every attempt.
        ObjectDisposedException => DeliveryOutcome.Retry("TargetFailed", exception.Message),
        JsonException or FormatException or ArgumentException or InvalidOperationException or InvalidCastException or OverflowException
            => DeliveryOutcome.Failed("ResultRefused", exception.Message),
        _ => DeliveryOutcome.Retry("TargetFailed", exception.Message),
    };

    /// <summary>Whether trying again is of no use. Missing credentials and targets may come yet, and AWS throttles with 400 too.</summary>
    private static bool IsPermanent(HttpStatusCode status, string? code) =>
        status == HttpStatusCode.BadRequest && code?.Contains("Throttl", StringComparison.Ordinal) != true && code?.Contains("ProvisionedThroughput", StringComparison.Ordinal) != true
            && code is not ("ExpiredToken" or "ExpiredTokenException" or "RequestExpired" or "LimitExceededException");

    private async Task<(byte[] Answer, HttpResponseHeaders Headers)> SendAsync(string service, string path, string contentType, byte[] body, IEnumerable<(string Name, string Value)> headers, CancellationToken cancellationToken)
    {
        Uri endpoint = Aws.Endpoints.GetValueOrDefault(service) ?? new Uri($"https://{service}.{Aws.Region}.amazonaws.com");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(endpoint, path)) { Content = new ByteArrayContent(body) };
        request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(contentType);
        foreach ((string name, string value) in headers)
        {
            request.Headers.TryAddWithoutValidation(name, value);
        }

        Sign(request, body, service, Aws.Region);
        try
        {
            using HttpClient client = http.CreateClient(HttpTargets.AwsClientName);
            using HttpResponseMessage response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
            byte[] answer = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
            {
                return (answer, response.Headers);
            }

            string code = CodeOf(response, answer);
            string message = $"{service}: HTTP {((int)response.StatusCode).ToString(CultureInfo.InvariantCulture)} {code}";
            throw new DeliveryException(IsPermanent(response.StatusCode, code) ? DeliveryOutcome.Failed(code, message) : DeliveryOutcome.Retry(code, message));
        }
        catch (HttpRequestException exception)
        {
            throw new DeliveryException(DeliveryOutcome.Retry("TargetUnreachable", exception.Message));
        }
    }

    private static string CodeOf(HttpResponseMessage response, byte[] answer)
    {
        string? code = response.Headers.TryGetValues("x-amzn-ErrorType", out IEnumerable<string>? values) ? values.FirstOrDefault() : null;
        try
        {
            code ??= (JsonNode.Parse(answer) as JsonObject)?["__type"]?.ToString();
        }
        catch (JsonException)
        {
            code = System.Text.RegularExpressions.Regex.Match(Encoding.UTF8.GetString(answer), "<Code>([A-Za-z.]+)</Code>").Groups[1].Value;
        }

        return string.IsNullOrEmpty(code) ? "AwsFailed" : code.Split('#')[^1].Split(':')[0];
    }
}
