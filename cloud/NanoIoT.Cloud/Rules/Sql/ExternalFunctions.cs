using static NanoIoT.Cloud.Rules.Sql.SqlFunctions;

namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>Functions that read elsewhere. A rule with one is evaluated behind its queue, so that nobody waits for it.</summary>
internal static class ExternalFunctions
{
    public const string GetThingShadow = "get_thing_shadow";
    public const string GetRegistryData = "get_registry_data";
    public const string GetDynamoDb = "get_dynamodb";
    public const string AwsLambda = "aws_lambda";

    private const string Group = "reading elsewhere";
    private const string Role = "the role may be left out and is not used";

    public static IEnumerable<SqlFunction> All =>
    [
        External(AwsLambda, 2, 3, "answers within 2 s by default, at most 5 s (third argument, ms)"),
        External(GetDynamoDb, 3, 6, "reads the local tables that rules write, or DynamoDB where the service was given it; " + Role),
        External(GetRegistryData, 2, 3, "'DescribeThing' and 'ListThingGroupsForThing'; " + Role) with
        {
            Check = arguments => arguments[0] is LiteralExpression { Value: { Kind: SqlKind.String, Text: "DescribeThing" or "ListThingGroupsForThing" } } ? null : "the operation is 'DescribeThing' or 'ListThingGroupsForThing'",
        },
        External(GetThingShadow, 1, 3, Role),
        Refuse("get_secret", 3, 4, "there is no Secrets Manager here; a webhook's secrets are kept with its action"),
        Refuse("machinelearning_predict", 3, 3, "Amazon Machine Learning takes no new models; call one of your own by aws_lambda or a webhook"),
    ];

    private static SqlFunction External(string name, int min, int max, string note) => Define(name, min, max, Group, site =>
    {
        SqlEvaluator[] arguments = site.Arguments;
        return context =>
        {
            var values = new SqlValue[arguments.Length];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = arguments[i](context);
            }

            // What an argument waits for comes first: this call then waits too.
            return context.Call(name, values);
        };
    }) with
    { IsNew = true, IsExternal = true, Note = note };

    private static SqlFunction Refuse(string name, int min, int max, string why) => Define(name, min, max, Group, _ => _ => SqlValue.Undefined) with { IsNew = true, Refusal = why };
}
