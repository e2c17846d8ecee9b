namespace NanoIoT.Cloud.Campaigns.Plans;

/// <summary>What a campaign takes where every board that is to update succeeds at once.</summary>
/// <param name="Bytes">Bytes downloaded: image and digests, nothing copied from the running one.</param>
/// <param name="Publishes">Announcements published.</param>
/// <param name="Deliveries">Announcements delivered, all boards connected.</param>
/// <param name="Reports">Progress reports.</param>
/// <param name="ShadowMessages">Messages to shadows after the reboot.</param>
/// <param name="DynamoDbWriteUnits">Write units: a report is an item of at most 1 KB; the version and the shadow after the reboot one more each.</param>
/// <param name="DynamoDbReadUnits">Read units of one recount of the campaign (eventually consistent).</param>
/// <param name="S3Requests">GET requests.</param>
/// <param name="Dollars">AWS's price, US dollars.</param>
public sealed record PlanCost(
    long Bytes,
    long Publishes,
    long Deliveries,
    long Reports,
    long ShadowMessages,
    long DynamoDbWriteUnits,
    long DynamoDbReadUnits,
    long S3Requests,
    PlanPrice Dollars);
