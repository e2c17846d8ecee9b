namespace NanoIoT.Cloud.Registry;

/// <summary>What provisioning does with a thing that is there already; AWS's names.</summary>
/// <param name="AttributePayload">DO_NOTHING, MERGE or REPLACE.</param>
/// <param name="ThingTypeName">DO_NOTHING or REPLACE.</param>
/// <param name="ThingGroups">DO_NOTHING or REPLACE.</param>
/// <param name="ExistingPrincipals">DO_NOTHING, or FAIL: a thing that has a certificate is not given another (this service's own).</param>
public sealed record ProvisioningOverrides(string AttributePayload = "DO_NOTHING", string ThingTypeName = "DO_NOTHING", string ThingGroups = "DO_NOTHING", string ExistingPrincipals = "DO_NOTHING");
