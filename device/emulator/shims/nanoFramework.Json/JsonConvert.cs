extern alias nano;

using System;
using System.Collections;
using System.Globalization;
using System.Reflection;
using System.Text;
using DictionaryEntry = nano::System.Collections.DictionaryEntry;
using Hashtable = nano::System.Collections.Hashtable;

namespace nanoFramework.Json
{
    /// <summary>
    /// nanoFramework.Json as it really is (2.2.213): what it misreads, this misreads too, so that a program that works
    /// here works on a board.
    /// </summary>
    public static class JsonConvert
    {
        public static string SerializeObject(object oSource)
        {
            if (oSource == null)
            {
                return "null";
            }

            string json = Writer.Write(oSource);
            bool isScalar = oSource is ValueType && !(oSource is DateTime);
            return isScalar && !oSource.GetType().IsEnum ? "[" + json + "]" : json;
        }

        public static object DeserializeObject(string value, Type type)
        {
            if (value == null)
            {
                throw new NullReferenceException();
            }

            if (value.Length == 0)
            {
                throw new DeserializationException();
            }

            // A zero character ends the string on the board.
            int zero = value.IndexOf('\0');
            object parsed = new Parser(zero < 0 ? value : value.Substring(0, zero)).Parse();
            return type == typeof(Hashtable) || type == typeof(ArrayList) || type == typeof(object) ? parsed : Populate(parsed, type);
        }

        private static object Populate(object value, Type type)
        {
            if (value is Hashtable table && type.IsClass && type != typeof(string))
            {
                object instance = Activator.CreateInstance(type);
                foreach (DictionaryEntry entry in table)
                {
                    PropertyInfo property = type.GetProperty((string)entry.Key);
                    if (property != null && property.CanWrite)
                    {
                        property.SetValue(instance, Populate(entry.Value, property.PropertyType));
                    }
                }

                return instance;
            }

            if (value is ArrayList list && type.IsArray)
            {
                Type element = type.GetElementType();
                Array array = Array.CreateInstance(element, list.Count);
                for (int i = 0; i < list.Count; i++)
                {
                    array.SetValue(Populate(list[i], element), i);
                }

                return array;
            }

            if (value == null)
            {
                return type.IsValueType ? throw new NullReferenceException() : null;
            }

            return type.IsInstanceOfType(value) ? value : Convert.ChangeType(value, type, CultureInfo.InvariantCulture);
        }

        private sealed class Parser
        {
            private readonly string _text;
            private int _position;

            public Parser(string text)
            {
                _text = text;
            }

            public object Parse()
            {
                SkipSpace();
                return Value(false);
            }

            private char Next()
            {
                return _position < _text.Length ? _text[_position] : throw new IndexOutOfRangeException();
            }

            private void SkipSpace()
            {
                while (_position < _text.Length && (_text[_position] <= ' ' || _text[_position] == ','))
                {
                    // Commas are not checked: a missing or trailing one is accepted.
                    _position++;
                }
            }

            private object Value(bool inArray)
            {
                char c = Next();
                switch (c)
                {
                    case '{':
                        return Object();
                    case '[':
                        return inArray ? throw new DeserializationException() : List();
                    case '"':
                    case '\'':
                        return DateOrString(String());
                    case 't':
                        return Word("true", true);
                    case 'f':
                        return Word("false", false);
                    case 'n':
                        return Word("null", null);
                    default:
                        return Number();
                }
            }

            private object Word(string word, object value)
            {
                for (int i = 0; i < word.Length; i++)
                {
                    if (Next() != word[i])
                    {
                        throw new DeserializationException();
                    }

                    _position++;
                }

                return value;
            }

            private Hashtable Object()
            {
                var table = new Hashtable();
                _position++;
                SkipSpace();
                while (Next() != '}')
                {
                    string name = String();
                    SkipSpace();
                    if (Next() != ':')
                    {
                        throw new DeserializationException();
                    }

                    _position++;
                    SkipSpace();
                    if (table.Contains(name))
                    {
                        throw new ArgumentException();
                    }

                    table.Add(name, Value(false));
                    SkipSpace();
                }

                _position++;
                return table;
            }

            private ArrayList List()
            {
                var list = new ArrayList();
                _position++;
                SkipSpace();
                while (Next() != ']')
                {
                    list.Add(Value(true));
                    SkipSpace();
                }

                _position++;
                return list;
            }

            private string String()
            {
                char quote = Next();
                if (quote != '"' && quote != '\'')
                {
                    throw new DeserializationException();
                }

                _position++;
                var text = new StringBuilder();
                while (Next() != quote)
                {
                    char c = _text[_position++];
                    if (c == '\\')
                    {
                        Escape(text);
                    }
                    else
                    {
                        text.Append(c);
                    }
                }

                _position++;
                return text.ToString();
            }

            private void Escape(StringBuilder text)
            {
                char c = Next();
                _position++;
                switch (c)
                {
                    case 'n':
                        text.Append('\n');
                        break;
                    case 'r':
                        text.Append('\r');
                        break;
                    case 't':
                        text.Append('\t');
                        break;
                    case 'b':
                        text.Append('\b');
                        break;
                    case 'f':
                        text.Append('\f');
                        break;
                    case '"':
                    case '\\':
                        text.Append(c);
                        break;
                    case 'u':
                        UnicodeEscape(text);
                        break;
                    default:
                        // The slash, too, throws.
                        throw new DeserializationException();
                }
            }

            private void UnicodeEscape(StringBuilder text)
            {
                // Right only for 00 and two digits that are decimal or E; other leading digits go wrong, other letters throw.
                int value = 0;
                for (int i = 0; i < 4; i++)
                {
                    char digit = Next();
                    _position++;
                    bool allowed = (digit >= '0' && digit <= '9') || digit == 'E' || digit == 'e';
                    if (!allowed)
                    {
                        throw new DeserializationException();
                    }

                    int number = digit >= '0' && digit <= '9' ? digit - '0' : 14;
                    value = (value << 4) | (i == 0 && number != 0 ? number + 1 : number);
                }

                text.Append((char)value);
            }

            private object Number()
            {
                int start = _position;
                while (_position < _text.Length && "+-.eE0123456789".IndexOf(_text[_position]) >= 0)
                {
                    _position++;
                }

                string number = _text.Substring(start, _position - start);
                if (number.Length == 0)
                {
                    throw new DeserializationException();
                }

                if (number.IndexOfAny(new[] { '.', 'e', 'E' }) >= 0)
                {
                    return double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture);
                }

                try
                {
                    long value = long.Parse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
                    return value >= int.MinValue && value <= int.MaxValue ? (object)(int)value : value;
                }
                catch (OverflowException)
                {
                    throw new ArgumentOutOfRangeException();
                }
            }

            private static object DateOrString(string text)
            {
                string[] formats =
                {
                    "yyyy-MM-ddTHH:mm:ss", "yyyy-MM-ddTHH:mm:ssZ", "yyyy-MM-ddTHH:mm:ss.fffZ", "yyyy-MM-ddTHH:mm:ss.fffffffZ",
                    "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm:ssZ", "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
                };

                // An offset is read and ignored.
                string trimmed = text.Length > 6 && (text[text.Length - 6] == '+' || text[text.Length - 6] == '-') && text[text.Length - 3] == ':'
                    ? text.Substring(0, text.Length - 6)
                    : text;
                if (DateTime.TryParseExact(trimmed, formats, CultureInfo.InvariantCulture, DateTimeStyles.AdjustToUniversal | DateTimeStyles.AssumeUniversal, out DateTime date))
                {
                    var earliest = new DateTime(1601, 1, 1, 0, 0, 0, DateTimeKind.Utc);
                    return date < earliest ? earliest : date;
                }

                return text;
            }
        }

        private static class Writer
        {
            public static string Write(object value)
            {
                switch (value)
                {
                    case null:
                        return "null";
                    case string text:
                        return "\"" + Escape(text) + "\"";
                    case bool flag:
                        return flag ? "true" : "false";
                    case DateTime date:
                        return "\"" + date.ToString("yyyy-MM-ddTHH:mm:ss.fffffffZ", CultureInfo.InvariantCulture) + "\"";
                    case double number:
                        return number.ToString("G15", CultureInfo.InvariantCulture);
                    case float number:
                        return number.ToString("G7", CultureInfo.InvariantCulture);
                    case Enum number:
                        return Convert.ToInt64(number, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture);
                    case IFormattable number:
                        return number.ToString(null, CultureInfo.InvariantCulture);
                    case Hashtable table:
                        return WriteTable(table);
                    case IEnumerable list:
                        return WriteList(list);
                    default:
                        return WriteObject(value);
                }
            }

            private static string WriteTable(Hashtable table)
            {
                string json = string.Empty;
                foreach (DictionaryEntry entry in table)
                {
                    json += (json.Length == 0 ? string.Empty : ",") + "\"" + entry.Key + "\":" + Write(entry.Value);
                }

                return "{" + json + "}";
            }

            private static string WriteList(IEnumerable list)
            {
                string json = string.Empty;
                foreach (object item in list)
                {
                    json += (json.Length == 0 ? string.Empty : ",") + Write(item);
                }

                return "[" + json + "]";
            }

            private static string WriteObject(object value)
            {
                string json = string.Empty;
                foreach (PropertyInfo property in value.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
                {
                    json += (json.Length == 0 ? string.Empty : ",") + "\"" + property.Name + "\":" + Write(property.GetValue(value));
                }

                return "{" + json + "}";
            }

            /// <summary>Quotes, backslashes and line ends are escaped; other control characters are not.</summary>
            private static string Escape(string text) =>
                text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "\\r").Replace("\t", "\\t");
        }
    }
}
