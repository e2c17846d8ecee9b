using System.Text;
using System.Text.Json.Nodes;
using NanoIoT.Cloud.Rules.Sql;

namespace NanoIoT.Cloud.Tests.Rules;

/// <summary>AWS IoT SQL as AWS's reference has it: its examples and its tables.</summary>
[TestClass]
public sealed class SqlExamplesTests
{
    private const string Color = """{"color":"red","temperature":50}""";
    private const string Nested = """{"e":[{"n":"temperature","u":"Cel","t":1234,"v":22.5},{"n":"light","u":"lm","t":1235,"v":135},{"n":"acidity","u":"pH","t":1235,"v":7}]}""";
    private const string Attributes = """{"attributes":{"data1":1,"data2":2},"values":[{"a":3},{"b":4},{"c":5}]}""";

    [TestMethod]
    [DataRow("SELECT * FROM 'a/b'", Color, """{"color":"red","temperature":50}""")]
    [DataRow("SELECT color FROM 'a/b'", Color, """{"color":"red"}""")]
    [DataRow("SELECT color AS my_color FROM 'a/b'", Color, """{"my_color":"red"}""")]
    [DataRow("SELECT color as my_color, temperature as fahrenheit FROM 'a/b'", Color, """{"my_color":"red","fahrenheit":50}""")]
    [DataRow("SELECT *, 15 as speed FROM 'a/b'", Color, """{"color":"red","temperature":50,"speed":15}""")]
    [DataRow("SELECT VALUE color FROM 'a/b'", Color, "\"red\"")]
    [DataRow("SELECT color.red as red_value FROM 'a/b'", """{"color":{"red":255,"green":0,"blue":0},"temperature":50}""", """{"red_value":255}""")]
    [DataRow("SELECT (temperature - 32) * 5 / 9 AS celsius, upper(color) as my_color FROM 'a/b'", Color, """{"celsius":10,"my_color":"RED"}""")]
    [DataRow("SELECT color AS my_color FROM 'a/b' WHERE temperature > 50 AND color <> 'red'", Color, null)]
    [DataRow("SELECT VALUE arr FROM 'topic'", """{"a":{"b":"c"},"arr":[1,2,3,4]}""", "[1,2,3,4]")]
    [DataRow("SELECT (SELECT VALUE n FROM e) as sensors FROM 'my/topic'", Nested, """{"sensors":["temperature","light","acidity"]}""")]
    [DataRow("SELECT (SELECT v FROM e WHERE n = 'temperature') as temperature FROM 'my/topic'", Nested, """{"temperature":[{"v":22.5}]}""")]
    [DataRow("SELECT get((SELECT v FROM e WHERE n = 'temperature'), 0).v as temperature FROM 'topic'", Nested, """{"temperature":22.5}""")]
    [DataRow("SELECT {'latitude': get(lat_long, 0),'longitude':get(lat_long, 1)} as lat_long FROM 'topic/subtopic'", """{"lat_long":[47.606,-122.332]}""", """{"lat_long":{"latitude":47.606,"longitude":-122.332}}""")]
    [DataRow("SELECT [lat,long] as lat_long FROM 'topic/subtopic'", """{"lat":47.696,"long":-122.332}""", """{"lat_long":[47.696,-122.332]}""")]
    [DataRow("SELECT CASE color WHEN 'green' THEN 'go' WHEN 'yellow' THEN 'caution' WHEN 'red' THEN 'stop' ELSE 'you are not at a stop light' END as instructions FROM 'a/b'", """{"color":"yellow"}""", """{"instructions":"caution"}""")]
    [DataRow("SELECT CASE color WHEN 'green' THEN 'go' END as instructions FROM 'a/b'", """{"color":"yellow"}""", "{}")]
    [DataRow("SELECT CASE none WHEN 'green' THEN 'go' ELSE 'x' END as instructions FROM 'a/b'", """{"color":"yellow"}""", "{}")]
    [DataRow("SELECT temp, md5(deviceid) AS hashed_id FROM topic/#", """{"deviceid":"iot123","temp":54.98,"humidity":32.43,"coords":{"latitude":47.615694,"longitude":-122.3359976}}""", """{"temp":54.98,"hashed_id":"e37f81fb397e595c4aeb5645b8cbbbd1"}""")]
    [DataRow("SELECT foo.bar AS bar.baz FROM 'a/b'", """{"foo":{"bar":1}}""", """{"bar":{"baz":1}}""")]
    [DataRow("SELECT decode(encoded_temp,\"base64\").temperature AS temp from 'topic/subtopic'", """{"encoded_temp":"eyAidGVtcGVyYXR1cmUiOiAzMyB9Cg=="}""", """{"temp":33}""")]
    [DataRow("SELECT encode(*, 'base64') AS data FROM 'my_topic'", "no JSON", """{"data":"bm8gSlNPTg=="}""")]
    [DataRow("SELECT NULL AS n FROM 'a/b'", "{}", """{"n":null}""")]
    [DataRow("SELECT foo, bar FROM 'a/b'", """{"foo":null}""", """{"foo":null}""")]
    [DataRow("select value transform(\"enrichArray\", attributes, values) from 'A/B'", Attributes, """[{"a":3,"data1":1,"data2":2},{"b":4,"data1":1,"data2":2},{"c":5,"data1":1,"data2":2}]""")]
    [DataRow("select value transform(\"enrichArray\", {\"key\": attributes.data1}, values) from 'A/B'", Attributes, """[{"a":3,"key":1},{"b":4,"key":1},{"c":5,"key":1}]""")]
    [DataRow("select value transform('enrichArray', (select a, b from data2), (select value c from data2)) from 'A/B'", """{"data1":"example","data2":{"a":"first attribute","b":"second attribute","c":[{"x":{"someInt":5,"someString":"hello"},"y":true},{"x":{"someInt":10,"someString":"world"},"y":false}]}}""", """[{"x":{"someInt":5,"someString":"hello"},"y":true,"a":"first attribute","b":"second attribute"},{"x":{"someInt":10,"someString":"world"},"y":false,"a":"first attribute","b":"second attribute"}]""")]
    [DataRow("SELECT parse_time(\"yyyy.MM.dd G 'at' HH:mm:ss z\", 100000000, \"America/Belize\" ) as ts FROM 'A/B'", "{}", """{"ts":"1970.01.01 AD at 21:46:40 CST"}""")]
    [DataRow("SELECT * FROM 'a/b' WHERE timestamp() % 12 = 4", "\u0001binary", "\u0001binary")]
    [DataRow("SELECT * FROM 'a/b' WHERE timestamp() % 12 = 5", "\u0001binary", null)]
    [DataRow("SELECT * FROM 'a/b' WHERE device_type = 'thermostat'", "\u0001binary", null)]
    [DataRow("SELECT a.* FROM 'a/b'", """{"a":{"x":1,"y":2},"b":3}""", """{"x":1,"y":2}""")]
    [DataRow("SELECT * FROM 'a/b' WHERE 3 IN arr", """{"arr":[1,2,3]}""", """{"arr":[1,2,3]}""")]
    [DataRow("SELECT * FROM 'a/b' WHERE color NOT IN ['red','blue']", Color, null)]
    [DataRow("SELECT VALUE EXISTS (SELECT * FROM e WHERE v > 100) FROM 'a'", Nested, "true")]
    [DataRow("SELECT VALUE EXISTS (SELECT * FROM e WHERE v > 1000) FROM 'a'", Nested, "false")]
    [DataRow("SELECT e[1].n FROM 'a'", Nested, """{"n":"light"}""")]
    [DataRow("SELECT topic(2), a + 1 FROM 'a'", """{"a":1}""", """{"topic(2)":"b","a + 1":2}""")]
    public void A_statement_gives_what_AWS_says(string sql, string payload, string? expected)
    {
        string? result = Evaluate(sql, payload);

        if (expected is null || expected[0] is not ('{' or '[' or '"'))
        {
            Assert.AreEqual(expected, result);
        }
        else
        {
            Assert.IsNotNull(result);
            Assert.AreEqual(JsonNode.Parse(expected)!.ToJsonString(), JsonNode.Parse(result)!.ToJsonString());
        }
    }

    [TestMethod]
    [DataRow("abs(-5)", "5")]
    [DataRow("abs('-5.123')", "5.123")]
    [DataRow("abs(true)", null)]
    [DataRow("abs([1])", null)]
    [DataRow("accountid()", "\"123456789012\"")]
    [DataRow("acos(0)", "1.5707963267948966")]
    [DataRow("acos(2)", null)]
    [DataRow("asin(0)", "0")]
    [DataRow("atan(0)", "0")]
    [DataRow("atan2(1, 0)", "1.5707963267948966")]
    [DataRow("bitand(13, 5)", "5")]
    [DataRow("bitor(8, 5)", "13")]
    [DataRow("bitxor(13, 5)", "8")]
    [DataRow("bitand(13.9, '5')", "5")]
    [DataRow("bitnot(13)", "-14")]
    [DataRow("cast(true as Int)", "1")]
    [DataRow("cast('5E-12' as Decimal)", "0.000000000005")]
    [DataRow("cast(10.0 as Decimal)", "10")]
    [DataRow("cast(-1.2 as Int)", "-2")]
    [DataRow("cast(0 as Boolean)", "false")]
    [DataRow("cast('TRUE' as Bool)", "true")]
    [DataRow("cast('x' as Bool)", null)]
    [DataRow("cast([1,'a',true] as String)", "\"[1,\\u0022a\\u0022,true]\"")]
    [DataRow("cast(NULL as String)", null)]
    [DataRow("ceil(1.2)", "2")]
    [DataRow("ceil(-1.2)", "-1")]
    [DataRow("chr(65)", "\"A\"")]
    [DataRow("chr(49)", "\"1\"")]
    [DataRow("chr(300)", null)]
    [DataRow("clientid()", "\"client-1\"")]
    [DataRow("concat()", null)]
    [DataRow("concat([1, 2, 3], 4)", "[1,2,3,4]")]
    [DataRow("concat([1, 2, 3], \"hello\")", "[1,2,3,\"hello\"]")]
    [DataRow("concat(\"con\", \"cat\")", "\"concat\"")]
    [DataRow("concat(1, \"hello\")", "\"1hello\"")]
    [DataRow("concat(\"he\",\"is\",\"man\")", "\"heisman\"")]
    [DataRow("concat([1, 2, 3], \"hello\", [4, 5, 6])", "[1,2,3,\"hello\",4,5,6]")]
    [DataRow("cos(0)", "1")]
    [DataRow("cosh(2.3)", "5.037220649268761")]
    [DataRow("decode('###', 'base64')", "null")]
    [DataRow("decode('aGk=', 'base64')", "\"hi\"")]
    [DataRow("endswith(\"cat\",\"at\")", "true")]
    [DataRow("endswith(NULL,\"at\")", null)]
    [DataRow("exp(1)", "2.718281828459045")]
    [DataRow("floor(1.2)", "1")]
    [DataRow("floor(-1.2)", "-2")]
    [DataRow("floor('a')", null)]
    [DataRow("get([\"a\", \"b\", \"c\"], 1)", "\"b\"")]
    [DataRow("get({\"a\":\"b\"}, \"a\")", "\"b\"")]
    [DataRow("get(\"abc\", 1)", "\"b\"")]
    [DataRow("get([1], 1)", null)]
    [DataRow("get([1], -1)", null)]
    [DataRow("md2(\"hello\")", "\"a9046c73e00331af68917d3804f70655\"")]
    [DataRow("md5(\"hello\")", "\"5d41402abc4b2a76b9719d911017c592\"")]
    [DataRow("sha1('hello')", "\"aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d\"")]
    [DataRow("sha224('hello')", "\"ea09ae9cc6768c50fcee903ed054556e5bfc8347907f12598aa24193\"")]
    [DataRow("sha256('hello')", "\"2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\"")]
    [DataRow("sha224(rpad('', 200))", "\"95dc2905d1d4e135ff3458b81c7f26a8ea06c9c032244176b2cb3598\"")]
    [DataRow("indexof(\"abcd\", \"bc\")", "1")]
    [DataRow("indexof(\"abcd\", \"x\")", "-1")]
    [DataRow("isNull(5)", "false")]
    [DataRow("isNull(Null)", "true")]
    [DataRow("isUndefined(5)", "false")]
    [DataRow("isUndefined(floor([1,2,3]))", "true")]
    [DataRow("length(\"hi\")", "2")]
    [DataRow("length(false)", "5")]
    [DataRow("ln(1)", "0")]
    [DataRow("log(100)", "2")]
    [DataRow("lower(\"HELLO\")", "\"hello\"")]
    [DataRow("lower([\"HELLO\"])", "\"[\\u0022hello\\u0022]\"")]
    [DataRow("lpad(\"hello\", 2)", "\"  hello\"")]
    [DataRow("lpad(1, 3)", "\"   1\"")]
    [DataRow("lpad('a', -3)", "\"a\"")]
    [DataRow("Ltrim(\" h i \")", "\"h i \"")]
    [DataRow("mod(8, 3)", "2")]
    [DataRow("mod(8, 0)", null)]
    [DataRow("Nanvl(8, 3)", "8")]
    [DataRow("Nanvl(none, 3)", "3")]
    [DataRow("numbytes(\"hi\")", "2")]
    [DataRow("numbytes(\"€\")", "3")]
    [DataRow("power(2, 5)", "32")]
    [DataRow("principal()", "\"ba67\"")]
    [DataRow("regexp_matches(\"aaaa\", \"a{2,}\")", "true")]
    [DataRow("regexp_matches(\"aaaa\", \"b\")", "false")]
    [DataRow("regexp_matches(\"aaaa\", \"(\")", null)]
    [DataRow("regexp_replace(\"abcd\", \"bc\", \"x\")", "\"axd\"")]
    [DataRow("regexp_replace(\"abcd\", \"b(.*)d\", \"$1\")", "\"ac\"")]
    [DataRow("regexp_substr(\"hihihello\", \"hi\")", "\"hi\"")]
    [DataRow("regexp_substr(\"hihihello\", \"(hi)*\")", "\"hihi\"")]
    [DataRow("remainder(8, 3)", "2")]
    [DataRow("replace(\"abcd\", \"bc\", \"x\")", "\"axd\"")]
    [DataRow("replace(\"abcdabcd\", \"b\", \"x\")", "\"axcdaxcd\"")]
    [DataRow("rpad(\"hello\", 2)", "\"hello  \"")]
    [DataRow("rpad(1, 3)", "\"1   \"")]
    [DataRow("Round(1.2)", "1")]
    [DataRow("Round(1.5)", "2")]
    [DataRow("Round(1.7)", "2")]
    [DataRow("Round(-1.1)", "-1")]
    [DataRow("Round(-1.5)", "-2")]
    [DataRow("rtrim(\" h i \")", "\" h i\"")]
    [DataRow("sign(-7)", "-1")]
    [DataRow("sign(0)", "0")]
    [DataRow("sign(13)", "1")]
    [DataRow("sin(0)", "0")]
    [DataRow("sinh(2.3)", "4.936961805545957")]
    [DataRow("substring(\"012345\", 0)", "\"012345\"")]
    [DataRow("substring(\"012345\", 2)", "\"2345\"")]
    [DataRow("substring(\"012345\", 2.745)", "\"2345\"")]
    [DataRow("substring(123, 2)", "\"3\"")]
    [DataRow("substring(\"012345\", -1)", "\"012345\"")]
    [DataRow("substring(true, 1.2)", "\"rue\"")]
    [DataRow("substring(false, -2.411E247)", "\"false\"")]
    [DataRow("substring(\"012345\", 1, 3)", "\"12\"")]
    [DataRow("substring(\"012345\", -50, 50)", "\"012345\"")]
    [DataRow("substring(\"012345\", 3, 1)", "\"\"")]
    [DataRow("sql_version()", "\"2016-03-23\"")]
    [DataRow("sqrt(9)", "3")]
    [DataRow("sqrt(-1)", null)]
    [DataRow("startswith(\"ranger\",\"ran\")", "true")]
    [DataRow("tan(3)", "-0.1425465430742778")]
    [DataRow("tanh(2.3)", "0.9800963962661914")]
    [DataRow("time_to_epoch(\"2020-04-03 09:45:18 UTC+01:00\", \"yyyy-MM-dd HH:mm:ss VV\")", "1585903518000")]
    [DataRow("time_to_epoch(\"18 December 2015\", \"dd MMMM yyyy\")", "1450396800000")]
    [DataRow("time_to_epoch(\"2007-12-03 10:15:30.592 America/Los_Angeles\", \"yyyy-MM-dd HH:mm:ss.SSS z\")", "1196705730592")]
    [DataRow("time_to_epoch(\"2007-13-03\", \"yyyy-MM-dd\")", null)]
    [DataRow("time_to_epoch('20071203101530', 'yyyyMMddHHmmss')", "1196676930000")]
    [DataRow("parse_time('yyyy-MM-dd EEE hh:mm a', 1196676930000)", "\"2007-12-03 Mon 10:15 AM\"")]
    [DataRow("timestamp()", "1481825251156")]
    [DataRow("topic()", "\"a/b/c\"")]
    [DataRow("topic(1)", "\"a\"")]
    [DataRow("topic(4)", null)]
    [DataRow("topic(0)", null)]
    [DataRow("traceid()", "\"12345678-1234-1234-1234-123456789012\"")]
    [DataRow("Trim(\" hi \")", "\"hi\"")]
    [DataRow("trunc(2.3, 0)", "2")]
    [DataRow("trunc(2.3123, 2)", "2.31")]
    [DataRow("trunc(2.888, 2)", "2.88")]
    [DataRow("trunc(2.00, 5)", "2")]
    [DataRow("upper(\"hello\")", "\"HELLO\"")]
    [DataRow("upper([\"hello\"])", "\"[\\u0022HELLO\\u0022]\"")]
    [DataRow("length(replace(rpad('', 1000), ' ', rpad('', 1000)))", "1000000")]
    [DataRow("replace(rpad(rpad('', 1000), 1000), ' ', rpad('', 1000))", null)]
    [DataRow("regexp_replace(rpad(rpad('', 1000), 1000), ' ', rpad('', 1000))", null)]
    [DataRow("regexp_replace(rpad(rpad('', 1000), 1000), '.*', replace(rpad(rpad('', 1000), 1000), ' ', '$0$0$0$0$0$0'))", null)]
    [DataRow("nvl(none, 'x')", "\"x\"")]
    [DataRow("coalesce(none, NULL, 2, 3)", "2")]
    [DataRow("get_or_default(none.a.b, 'd')", "\"d\"")]
    public void A_function_gives_what_AWS_says(string expression, string? expected)
    {
        string? result = Evaluate($"SELECT VALUE {expression} FROM '#'", "{}");

        Assert.AreEqual(expected is null ? null : JsonNode.Parse(expected)?.ToJsonString() ?? "null", result is null ? null : JsonNode.Parse(result)?.ToJsonString() ?? "null");
    }

    [TestMethod]
    [DataRow("true AND true", "true")]
    [DataRow("'TRUE' AND false", "false")]
    [DataRow("true AND 1", null)]
    [DataRow("false AND none", null)]
    [DataRow("false OR 'true'", "true")]
    [DataRow("true OR NULL", null)]
    [DataRow("NOT 'False'", "true")]
    [DataRow("NOT 0", null)]
    [DataRow("2 > 1", "true")]
    [DataRow("'10' > 9", "true")]
    [DataRow("'a' > 'b'", null)]
    [DataRow("'2' <= '10'", "true")]
    [DataRow("1 < NULL", null)]
    [DataRow("true >= 1", null)]
    [DataRow("1 = 1.0", "true")]
    [DataRow("1 = '1'", "false")]
    [DataRow("1 <> '1'", "true")]
    [DataRow("NULL = NULL", "true")]
    [DataRow("NULL <> NULL", "false")]
    [DataRow("none = 1", null)]
    [DataRow("none <> 1", null)]
    [DataRow("[1,2] = [1,2]", "true")]
    [DataRow("[1,2] = [2,1]", "false")]
    [DataRow("{'a':1,'b':2} = {'b':2,'a':1}", "true")]
    [DataRow("{'a':1} <> {'a':2}", "true")]
    [DataRow("'a' + 1", "\"a1\"")]
    [DataRow("1 + 'a'", "\"1a\"")]
    [DataRow("'a' + NULL", null)]
    [DataRow("1 + 2", "3")]
    [DataRow("0.1 + 0.2", "0.3")]
    [DataRow("1 + true", null)]
    [DataRow("'5' - 2", "3")]
    [DataRow("5 - 'x'", null)]
    [DataRow("7 / 2", "3")]
    [DataRow("-7 / 2", "-3")]
    [DataRow("7 / 2.5", "2.8")]
    [DataRow("7 / '2'", "3.5")]
    [DataRow("7 / 0", null)]
    [DataRow("7 % 4", "3")]
    [DataRow("2 * 3 + 4", "10")]
    [DataRow("2 + 3 * 4", "14")]
    [DataRow("(2 + 3) * 4", "20")]
    [DataRow("10 - 3 - 2", "5")]
    [DataRow("-(2 + 3)", "-5")]
    [DataRow("NOT 1 = 2", "true")]
    [DataRow("1 = 1 OR 1 = 2 AND 1 = 3", "true")]
    [DataRow("79228162514264337593543950335 * 10", "7.922816251426434E+29")]
    [DataRow("1e300 * 1e300", null)]
    [DataRow("1E-300", "1E-300")]
    [DataRow("{'a': none, 'b': NULL}", "{\"b\":null}")]
    [DataRow("[none, NULL]", "[null]")]
    public void An_operator_gives_what_AWSs_table_says(string expression, string? expected) =>
        Assert.AreEqual(expected, Evaluate($"SELECT VALUE {expression} FROM '#'", "{}"));

    [TestMethod]
    public void The_first_version_keeps_whole_decimals_and_has_no_literals_of_objects()
    {
        Assert.AreEqual("""{"v":10.0}""", Evaluate("SELECT v FROM 'a'", """{"v":10.0}""", SqlVersion.V20151008));
        Assert.AreEqual("""{"v":10}""", Evaluate("SELECT v FROM 'a'", """{"v":10.0}"""));
        foreach (string sql in new[] { "SELECT [1] FROM 'a'", "SELECT {'a':1} AS b FROM 'a'", "SELECT (SELECT b FROM c) AS d FROM 'a'", "SELECT indexof('a','b') FROM 'a'", "SELECT cast(1 as Decimal) FROM 'a'" })
        {
            Assert.ThrowsExactly<SqlParseException>(() => SqlStatement.Compile(sql, SqlVersion.V20151008), sql);
        }
    }

    [TestMethod]
    public void Properties_of_MQTT_5_are_read()
    {
        var message = new SqlMessage("a", "{}"u8.ToArray(), 0)
        {
            Properties = new Cloud.Broker.MessageProperties { ContentType = "text/plain", UserProperties = [KeyValuePair.Create("k", "1"), KeyValuePair.Create("k", "2")] },
        };
        string result = Encoding.UTF8.GetString(SqlStatement.Compile("SELECT get_mqtt_property('content_type') AS t, get_user_properties('k') AS k, get_user_properties('x') AS x FROM 'a'").Evaluate(new SqlContext(message, SqlVersion.V20160323, "1"))!.Value.Span);

        Assert.AreEqual("""{"t":"text/plain","k":["1","2"]}""", result);
    }

    private static string? Evaluate(string sql, string payload, SqlVersion version = SqlVersion.V20160323)
    {
        var message = new SqlMessage("a/b/c", Encoding.UTF8.GetBytes(payload), 1481825251156) { ClientId = "client-1", Principal = "ba67", TraceId = "12345678-1234-1234-1234-123456789012" };
        return SqlStatement.Compile(sql, version).Evaluate(new SqlContext(message, version, "123456789012")) is ReadOnlyMemory<byte> result ? Encoding.UTF8.GetString(result.Span) : null;
    }
}
