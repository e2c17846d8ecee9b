namespace NanoIoT.Cloud.Hosting;

/// <summary>AWS's names for resources. What is stored is the part after the account, so that it stays when the account's name changes.</summary>
public sealed class Arns
{
    /// <summary>Creates the names.</summary>
    /// <param name="region">The AWS region in names.</param>
    /// <param name="account">The AWS account in names.</param>
    public Arns(string region, string account)
    {
        Region = region;
        Account = account;
        Prefix = $"arn:aws:iot:{region}:{account}:";
    }

    /// <summary>The region.</summary>
    public string Region { get; }

    /// <summary>The account.</summary>
    public string Account { get; }

    /// <summary>What every name begins with.</summary>
    public string Prefix { get; }

    /// <summary>The ARN of a resource.</summary>
    /// <param name="resource">Type and id, e.g. <c>thing/pump-7</c>.</param>
    /// <returns>The ARN.</returns>
    public string Of(string resource) => Prefix + resource;

    /// <summary>The refusal to create what is there.</summary>
    /// <param name="resource">Type and id of what is there.</param>
    /// <param name="message">What is wrong.</param>
    /// <returns>The exception.</returns>
    public CloudException AlreadyExists(string resource, string message)
    {
        ArgumentNullException.ThrowIfNull(resource);
        return new CloudException(ErrorCodes.AlreadyExists, message)
        {
            ResourceArn = Of(resource),
            ResourceId = resource[(resource.IndexOf('/', StringComparison.Ordinal) + 1)..],
        };
    }

    /// <summary>The resource an ARN names.</summary>
    /// <param name="arn">The ARN.</param>
    /// <param name="parameter">The parameter's name, for the message.</param>
    /// <returns>Type and id.</returns>
    /// <exception cref="CloudException">It is no ARN of this account and region.</exception>
    public string Resource(string arn, string parameter)
    {
        ArgumentNullException.ThrowIfNull(arn);
        return arn.StartsWith(Prefix, StringComparison.Ordinal) && arn.IndexOf('/', Prefix.Length) is int slash && slash > 0 && slash < arn.Length - 1
            ? arn[Prefix.Length..]
            : throw new CloudException(ErrorCodes.InvalidRequest, $"{parameter}: not an ARN of this account and region ({Prefix}…)");
    }

    /// <summary>The id of a resource of a type.</summary>
    /// <param name="arn">The ARN.</param>
    /// <param name="type">The type, e.g. <c>cert</c>.</param>
    /// <param name="parameter">The parameter's name, for the message.</param>
    /// <returns>The id.</returns>
    /// <exception cref="CloudException">It is no ARN of that type.</exception>
    public string Id(string arn, string type, string parameter)
    {
        string resource = Resource(arn, parameter);
        return resource.StartsWith(type + "/", StringComparison.Ordinal)
            ? resource[(type.Length + 1)..]
            : throw new CloudException(ErrorCodes.InvalidRequest, $"{parameter}: not an ARN of a {type}");
    }
}
