using static NanoIoT.Cloud.Rules.Sql.SqlFunctions;

namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>What is known of the message besides its payload.</summary>
internal static class MessageFunctions
{
    private const string Group = "message";

    private static readonly string[] s_properties = ["content_type", "correlation_data", "format_indicator", "response_topic"];

    public static IEnumerable<SqlFunction> All =>
    [
        Define("accountid", 0, 0, Group, _ => context => SqlValue.Of(context.Account)),
        Define("clientid", 0, 0, Group, _ => context => SqlValue.Of(context.Message.ClientId ?? "n/a")),
        Define("get_mqtt_property", 1, 1, Group, site =>
        {
            string? name = site.Constant(0)?.ToText();
            return context => name is null ? SqlValue.Undefined : Property(context.Message, name);
        }) with { IsNew = true, Check = arguments => arguments[0] is LiteralExpression { Value.Kind: SqlKind.String } name && s_properties.Contains(name.Value.Text) ? null : "the property is one of '" + string.Join("', '", s_properties) + "'" },
        Define("get_user_properties", 1, 1, Group, site =>
        {
            SqlEvaluator name = site.Arguments[0];
            return context => name(context).ToText() is string wanted ? UserProperties(context.Message, wanted) : SqlValue.Undefined;
        }) with { IsNew = true },
        Define("newuuid", 0, 0, Group, _ => _ => SqlValue.Of(Guid.NewGuid().ToString())),
        Define("principal", 0, 0, Group, _ => context => SqlValue.Of(context.Message.Principal)),
        Define("sourceip", 0, 0, Group, _ => context => SqlValue.Of(context.Message.SourceAddress)) with { IsNew = true },
        Define("sql_version", 0, 0, Group, _ => context => SqlValue.Of(context.Version == SqlVersion.V20160323 ? "2016-03-23" : "2015-10-08")),
        Define("timestamp", 0, 0, Group, _ => context => SqlValue.Of(context.Message.Timestamp)),
        Define("topic", 0, 1, Group, Topic),
        Define("traceid", 0, 0, Group, _ => context => SqlValue.Of(context.Message.TraceId)),
    ];

    private static SqlEvaluator Topic(SqlCallSite site)
    {
        if (site.Arguments.Length == 0)
        {
            return context => SqlValue.Of(context.Message.Topic);
        }

        SqlEvaluator index = site.Arguments[0];
        return context =>
        {
            if (index(context).ToInt() is not decimal wanted || wanted < 1)
            {
                return SqlValue.Undefined;
            }

            string topic = context.Message.Topic;
            int at = 0;
            foreach (Range level in topic.AsSpan().Split('/'))
            {
                if (++at == wanted)
                {
                    return SqlValue.Of(topic[level]);
                }
            }

            return SqlValue.Undefined;
        };
    }

    private static SqlValue Property(SqlMessage message, string name) => message.Properties is not { } properties ? SqlValue.Undefined : name switch
    {
        "content_type" => SqlValue.Of(properties.ContentType),
        "response_topic" => SqlValue.Of(properties.ResponseTopic),
        "correlation_data" => properties.CorrelationData is byte[] data ? SqlValue.Of(Convert.ToBase64String(data)) : SqlValue.Undefined,
        _ => SqlValue.Of(properties.IsUtf8 ? "UTF8_DATA" : "UNSPECIFIED_BYTES"),
    };

    private static SqlValue UserProperties(SqlMessage message, string name)
    {
        List<SqlValue> values = [.. (message.Properties?.UserProperties ?? []).Where(item => item.Key == name).Select(item => SqlValue.Of(item.Value))];
        return values.Count == 0 ? SqlValue.Undefined : SqlValue.Of(values);
    }
}
