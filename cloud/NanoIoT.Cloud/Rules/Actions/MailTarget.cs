using MailKit;
using MailKit.Net.Smtp;
using MailKit.Security;
using MimeKit;
using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rules.Delivery;

namespace NanoIoT.Cloud.Rules.Actions;

/// <summary>The mail server.</summary>
internal sealed class MailTarget(CloudOptions options)
{
    public bool IsOn => options.Smtp is not null;

    /// <summary>Sends a message.</summary>
    public async Task<DeliveryOutcome> SendAsync(string to, string subject, string text, CancellationToken cancellationToken)
    {
        if (options.Smtp is not Uri server)
        {
            return DeliveryOutcome.Failed("NoMailServer", "the service was not given a mail server");
        }

        if (!MailboxAddress.TryParse(to, out MailboxAddress? address))
        {
            return DeliveryOutcome.Failed("InvalidAddress", $"{to}: no address");
        }

        using var message = new MimeMessage { Subject = string.Concat(subject.Select(c => char.IsControl(c) ? ' ' : c)), Body = new TextPart("plain") { Text = text } };
        message.From.Add(MailboxAddress.Parse(options.MailFrom));
        message.To.Add(address);
        const int smtp = 25;
        try
        {
            using var client = new SmtpClient { Timeout = HttpTargets.TimeoutSeconds * 1000 };
            await client.ConnectAsync(server.Host, server.Port > 0 ? server.Port : smtp, server.Scheme == "smtps" ? SecureSocketOptions.SslOnConnect : SecureSocketOptions.StartTlsWhenAvailable, cancellationToken).ConfigureAwait(false);
            if (server.UserInfo.Length > 0)
            {
                string[] parts = server.UserInfo.Split(':', 2);
                await client.AuthenticateAsync(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? string.Empty), cancellationToken).ConfigureAwait(false);
            }

            await client.SendAsync(message, cancellationToken).ConfigureAwait(false);
            await client.DisconnectAsync(true, cancellationToken).ConfigureAwait(false);
            return DeliveryOutcome.Done;
        }
        catch (SmtpCommandException exception) when ((int)exception.StatusCode >= 500)
        {
            return DeliveryOutcome.Failed("MailRefused", exception.Message);
        }
        catch (Exception exception) when (exception is IOException or ServiceNotConnectedException or CommandException or ProtocolException or System.Net.Sockets.SocketException or AuthenticationException or SslHandshakeException)
        {
            return DeliveryOutcome.Retry("MailFailed", exception.Message);
        }
    }
}
