using NanoIoT.Cloud.Hosting;
using NanoIoT.Cloud.Rest;
using NanoIoT.Cloud.Rest.Input;

namespace NanoIoT.Cloud.Gateway;

/// <summary>
/// AWS IoT's operations that this service does not have, from <c>unsupported.txt</c>. Each is refused by name, with a
/// code on which clients do not try again.
/// </summary>
internal sealed class RefusedOperations : IOperationSource
{
    private const string ReasonMark = "= ";

    public IEnumerable<Operation> Operations
    {
        get
        {
            string reason = string.Empty;
            foreach (string line in InputModel.ReadResource(InputModel.RefusedResourceName))
            {
                if (line.StartsWith(ReasonMark, StringComparison.Ordinal))
                {
                    reason = line[ReasonMark.Length..];
                }
                else if (line.Length > 0 && line[0] != '#')
                {
                    yield return Create(line.Split(' '), reason);
                }
            }
        }
    }

    private static Operation Create(string[] words, string reason)
    {
        string[] names = words[0].Split('|');
        string refusal = $"{string.Join(" or ", names)} is not supported: {reason}.";
        return new Operation
        {
            Name = names[0],
            Method = words[1],
            Path = words[2],
            Support = Support.Refused,
            Note = reason,
            Handler = (_, _) => throw new CloudException(ErrorCodes.NotSupported, refusal),
        };
    }
}
