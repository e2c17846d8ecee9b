namespace NanoIoT.Cloud.Campaigns.Plans;

/// <summary>
/// AWS's list prices of us-east-1 without free tiers and volume discounts, US dollars a million, as noted in 2026; regions differ. What is
/// metered: "AWS IoT Core additional metering details" (a delivery of QoS 1 is two messages, as the board's PUBACK counts; so is a
/// retained publish; CONNECT and SUBSCRIBE are one each).
/// </summary>
internal static class AwsPrices
{
    public const decimal MillionMessages = 1.00m;
    public const decimal MillionShadowOperations = 1.25m;
    public const decimal MillionRuleSteps = 0.15m;
    public const decimal MillionWriteUnits = 0.625m;
    public const decimal MillionReadUnits = 0.125m;
    public const decimal MillionGetRequests = 0.40m;
    public const decimal GigabyteOut = 0.09m;

    /// <summary>After its reboot a board sends CONNECT and two SUBSCRIBE, and gets the announcement again and two answers of shadows, each with a PUBACK.</summary>
    private const int MessagesOfAReboot = 3 + (3 * 2);

    /// <summary>Messages are metered in pieces of this size.</summary>
    public const int MessageBytes = 5 * 1024;

    /// <summary>Prices a campaign.</summary>
    /// <param name="cost">What it takes.</param>
    /// <param name="announcementBytes">The length of an announcement.</param>
    /// <param name="boards">Boards that update.</param>
    public static PlanPrice Of(PlanCost cost, int announcementBytes, long boards)
    {
        long pieces = (announcementBytes + MessageBytes - 1) / MessageBytes;
        decimal messages = Millions((cost.Publishes * 2 * pieces) + (cost.Deliveries * (pieces + 1)) + cost.Reports + cost.ShadowMessages + (boards * MessagesOfAReboot)) * MillionMessages;
        decimal shadows = Millions(cost.ShadowMessages + boards) * MillionShadowOperations;

        // A rule that runs and its action are a step each.
        decimal rules = Millions(cost.Reports * 2) * MillionRuleSteps;
        decimal dynamo = (Millions(cost.DynamoDbWriteUnits) * MillionWriteUnits) + (Millions(cost.DynamoDbReadUnits) * MillionReadUnits);
        decimal s3 = Millions(cost.S3Requests) * MillionGetRequests;
        decimal transfer = cost.Bytes / (1024m * 1024 * 1024) * GigabyteOut;
        return new PlanPrice(Round(messages), Round(shadows), Round(rules), Round(dynamo), Round(s3), Round(transfer), Round(messages + shadows + rules + dynamo + s3 + transfer));
    }

    private static decimal Millions(long count) => count / 1_000_000m;

    private static decimal Round(decimal dollars) => Math.Round(dollars, 4);
}
