using System.Text;
using System.Text.Json.Nodes;
using MimeKit;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rules.Delivery;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>Sends each result by email.</summary>
internal sealed class EmailAction(MailTarget mail) : ActionBase
{
    public override string Name => "email";

    public override string Summary => "an email for each result, by SMTP (`serve --smtp`)";

    public override bool IsAws => false;

    protected override IReadOnlyCollection<string> Known => ["to", "subject"];

    public override void Check(JsonObject settings)
    {
        base.Check(settings);
        string to = ActionSettings.Require(settings, "to", Name);
        if (!ActionSettings.IsTemplate(to) && !MailboxAddress.TryParse(to, out _))
        {
            throw OperationRequest.Invalid("email.to: an address");
        }

        OperationRequest.TextOf(settings, "subject");
        if (!mail.IsOn)
        {
            throw OperationRequest.Invalid("the action email needs a mail server, and this service was not given one: serve --smtp smtp://USER:PASSWORD@HOST:PORT");
        }
    }

    protected override Task<DeliveryOutcome> DeliverAsync(DeliveryJob job, CancellationToken cancellationToken) => mail.SendAsync(
        job.Parsed["to"]!.ToString(),
        job.Parsed["subject"]?.ToString() is { Length: > 0 } subject ? subject : $"{job.Rule}: {job.Source.Topic}",
        Encoding.UTF8.GetString(job.Payload.Span),
        cancellationToken);
}
