using System.Text;

namespace NanoIoT.Shared.Json
{
    /// <summary>
    /// Writes compact JSON that every reader on a board reads rightly: no <c>\u</c> escapes but for control characters,
    /// whole numbers only, members in the order they are written.
    /// </summary>
    public sealed class JsonWriter
    {
        private readonly StringBuilder _text = new StringBuilder();
        private bool _needsComma;

        /// <summary>Opens an object.</summary>
        public void StartObject() => Open('{');

        /// <summary>Opens an object that is a member's value.</summary>
        /// <param name="name">The member's name.</param>
        public void StartObject(string name)
        {
            Name(name);
            Open('{');
        }

        /// <summary>Opens an array that is a member's value.</summary>
        /// <param name="name">The member's name.</param>
        public void StartArray(string name)
        {
            Name(name);
            Open('[');
        }

        /// <summary>Closes the object.</summary>
        public void EndObject() => Close('}');

        /// <summary>Closes the array.</summary>
        public void EndArray() => Close(']');

        /// <summary>Writes a member with a string, or with null.</summary>
        /// <param name="name">The member's name.</param>
        /// <param name="value">The string.</param>
        public void Member(string name, string? value)
        {
            Name(name);
            Value(value);
        }

        /// <summary>Writes a member with a whole number.</summary>
        /// <param name="name">The member's name.</param>
        /// <param name="value">The number, within ±2^53.</param>
        public void Member(string name, long value)
        {
            Name(name);
            Raw(value.ToString());
        }

        /// <summary>Writes a member whose value is JSON already.</summary>
        /// <param name="name">The member's name.</param>
        /// <param name="json">The value's JSON.</param>
        public void RawMember(string name, string json)
        {
            Name(name);
            Raw(json);
        }

        /// <summary>Writes a string as an array's element, or null.</summary>
        /// <param name="value">The string.</param>
        public void Value(string? value)
        {
            Comma();
            if (value == null)
            {
                _text.Append("null");
            }
            else
            {
                Quote(value);
            }

            _needsComma = true;
        }

        /// <summary>Writes JSON as it is as an array's element.</summary>
        /// <param name="json">The element.</param>
        public void Raw(string json)
        {
            Comma();
            _text.Append(json);
            _needsComma = true;
        }

        /// <summary>What was written.</summary>
        /// <returns>The JSON.</returns>
        public override string ToString() => _text.ToString();

        /// <summary>What was written, in UTF-8.</summary>
        /// <returns>The bytes.</returns>
        public byte[] ToBytes() => Encoding.UTF8.GetBytes(_text.ToString());

        private void Name(string name)
        {
            Comma();
            Quote(name);
            _text.Append(':');
            _needsComma = false;
        }

        private void Open(char bracket)
        {
            Comma();
            _text.Append(bracket);
            _needsComma = false;
        }

        private void Close(char bracket)
        {
            _text.Append(bracket);
            _needsComma = true;
        }

        private void Comma()
        {
            if (_needsComma)
            {
                _text.Append(',');
            }
        }

        private void Quote(string value)
        {
            const string digits = "0123456789abcdef";
            _text.Append('"');
            int plain = 0;
            for (int i = 0; i < value.Length; i++)
            {
                char c = value[i];
                if (c >= ' ' && c != '"' && c != '\\')
                {
                    continue;
                }

                // Runs are appended whole: characters beyond the basic plane must not be taken apart on a board.
                _text.Append(value.Substring(plain, i - plain));
                plain = i + 1;
                _text.Append('\\');
                if (c >= ' ')
                {
                    _text.Append(c);
                }
                else if (c == '\n')
                {
                    _text.Append('n');
                }
                else
                {
                    _text.Append("u00");
                    _text.Append(digits[c >> 4]);
                    _text.Append(digits[c & 15]);
                }
            }

            _text.Append(value.Substring(plain));
            _text.Append('"');
        }
    }
}
