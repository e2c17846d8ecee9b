using System.Text;

namespace NanoIoT.Shared.Json
{
    /// <summary>
    /// Reads JSON (RFC 8259) token by token from UTF-8 bytes, exactly: nothing beyond the grammar is accepted, depth is
    /// bounded, and no more is allocated than the strings that are asked for. Both ends use it for what they must
    /// understand, because nanoFramework.Json misreads much of JSON.
    /// </summary>
    public sealed class JsonReader
    {
        private readonly byte[] _data;
        private readonly int _end;
        private readonly int _maxDepth;
        private readonly bool[] _inObject;
        private int _position;
        private int _start;
        private int _length;
        private bool _escaped;
        private int _depth;
        private bool _afterValue;

        /// <summary>Creates a reader.</summary>
        /// <param name="data">The bytes.</param>
        /// <param name="offset">Where the JSON begins.</param>
        /// <param name="count">How many bytes it has.</param>
        /// <param name="maxDepth">The deepest nesting allowed, at least 1.</param>
        public JsonReader(byte[] data, int offset, int count, int maxDepth)
        {
            _data = data;
            _position = offset;
            _end = offset + count;
            _maxDepth = maxDepth;
            _inObject = new bool[maxDepth + 1];
        }

        /// <summary>The token the reader stands on.</summary>
        public JsonTokenType TokenType { get; private set; }

        /// <summary>The first byte of the token, quotes of a string not counted.</summary>
        public int TokenStart => _start;

        /// <summary>The byte after what has been read.</summary>
        public int Position => _position;

        /// <summary>Goes on to the next token.</summary>
        /// <returns>The token.</returns>
        /// <exception cref="JsonFormatException">The input is no JSON or too deep.</exception>
        public JsonTokenType Read()
        {
            SkipWhiteSpace();
            if (_depth == 0 && _afterValue)
            {
                if (_position < _end)
                {
                    throw new JsonFormatException("two values", _position);
                }

                return TokenType = JsonTokenType.End;
            }

            if (TokenType == JsonTokenType.PropertyName)
            {
                Expect(':', "a colon");
                SkipWhiteSpace();
                return TokenType = ReadValue();
            }

            if (_depth > 0)
            {
                byte close = _inObject[_depth] ? (byte)'}' : (byte)']';
                if (Peek() == close)
                {
                    _position++;
                    return TokenType = Close();
                }

                if (_afterValue)
                {
                    Expect(',', "a comma or the end");
                    SkipWhiteSpace();
                }

                if (_inObject[_depth])
                {
                    if (Peek() != '"')
                    {
                        throw new JsonFormatException("no name", _position);
                    }

                    ReadStringToken();
                    _afterValue = false;
                    return TokenType = JsonTokenType.PropertyName;
                }
            }

            return TokenType = ReadValue();
        }

        /// <summary>Passes over the value the reader stands on, or whose name it stands on, with all inside it.</summary>
        public void Skip()
        {
            if (TokenType == JsonTokenType.PropertyName)
            {
                Read();
            }

            if (TokenType == JsonTokenType.StartObject || TokenType == JsonTokenType.StartArray)
            {
                int outside = _depth - 1;
                while (_depth > outside)
                {
                    Read();
                }
            }
        }

        /// <summary>Whether the string or name the reader stands on equals the text (ASCII).</summary>
        /// <param name="text">The text.</param>
        /// <returns>True where it does.</returns>
        public bool ValueEquals(string text)
        {
            if (_escaped)
            {
                return GetString() == text;
            }

            if (_length != text.Length)
            {
                return false;
            }

            for (int i = 0; i < _length; i++)
            {
                if (_data[_start + i] != text[i])
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>The string or name the reader stands on.</summary>
        /// <returns>The text.</returns>
        /// <exception cref="JsonFormatException">It is no string, no valid UTF-8, or has a zero character.</exception>
        public string GetString()
        {
            if (TokenType != JsonTokenType.String && TokenType != JsonTokenType.PropertyName)
            {
                throw new JsonFormatException("no string", _start);
            }

            if (!_escaped)
            {
                return Encoding.UTF8.GetString(_data, _start, _length);
            }

            var buffer = new byte[_length];
            int count = Unescape(buffer);
            return Encoding.UTF8.GetString(buffer, 0, count);
        }

        /// <summary>The whole number the reader stands on.</summary>
        /// <returns>The number, within ±2^53.</returns>
        /// <exception cref="JsonFormatException">It is no whole number, or one that 53 bits do not hold.</exception>
        public long GetInt64()
        {
            const long limit = 9007199254740992L;
            if (TokenType != JsonTokenType.Number)
            {
                throw new JsonFormatException("no whole number", _start);
            }

            bool negative = _data[_start] == '-';
            long value = 0;
            for (int i = negative ? 1 : 0; i < _length; i++)
            {
                int digit = _data[_start + i] - '0';
                if (digit < 0 || digit > 9)
                {
                    throw new JsonFormatException("no whole number", _start);
                }

                value = (value * 10) + digit;
                if (value > limit)
                {
                    throw new JsonFormatException("out of range", _start);
                }
            }

            return negative ? -value : value;
        }

        /// <summary>Reads the next token and expects a string.</summary>
        /// <returns>The text.</returns>
        public string ReadString()
        {
            Read();
            return GetString();
        }

        /// <summary>Reads the next token and expects a whole number in a range.</summary>
        /// <param name="lowest">The lowest allowed.</param>
        /// <param name="highest">The highest allowed.</param>
        /// <returns>The number.</returns>
        public long ReadInt64(long lowest, long highest)
        {
            Read();
            long value = GetInt64();
            if (value < lowest || value > highest)
            {
                throw new JsonFormatException("out of range", _start);
            }

            return value;
        }

        /// <summary>Reads the next token and expects the beginning of an object.</summary>
        public void ReadStartObject()
        {
            if (Read() != JsonTokenType.StartObject)
            {
                throw new JsonFormatException("no object", _start);
            }
        }

        /// <summary>Reads the next token and expects the beginning of an array.</summary>
        public void ReadStartArray()
        {
            if (Read() != JsonTokenType.StartArray)
            {
                throw new JsonFormatException("no array", _start);
            }
        }

        /// <summary>Reads the next token inside an object.</summary>
        /// <returns>True on a name, false at the object's end.</returns>
        public bool ReadName() => Read() == JsonTokenType.PropertyName;

        /// <summary>Reads the next token and expects the input's end.</summary>
        public void ReadEnd()
        {
            if (Read() != JsonTokenType.End)
            {
                throw new JsonFormatException("two values", _position);
            }
        }

        private JsonTokenType ReadValue()
        {
            _start = _position;
            switch (Peek())
            {
                case (byte)'{':
                    Open(true);
                    return JsonTokenType.StartObject;
                case (byte)'[':
                    Open(false);
                    return JsonTokenType.StartArray;
                case (byte)'"':
                    ReadStringToken();
                    _afterValue = true;
                    return JsonTokenType.String;
                case (byte)'t':
                    return Word("true", JsonTokenType.True);
                case (byte)'f':
                    return Word("false", JsonTokenType.False);
                case (byte)'n':
                    return Word("null", JsonTokenType.Null);
                default:
                    ReadNumberToken();
                    _afterValue = true;
                    return JsonTokenType.Number;
            }
        }

        private void Open(bool isObject)
        {
            if (_depth == _maxDepth)
            {
                throw new JsonFormatException("too deep", _position);
            }

            _position++;
            _inObject[++_depth] = isObject;
            _afterValue = false;
        }

        private JsonTokenType Close()
        {
            bool wasObject = _inObject[_depth--];
            _afterValue = true;
            return wasObject ? JsonTokenType.EndObject : JsonTokenType.EndArray;
        }

        private JsonTokenType Word(string word, JsonTokenType type)
        {
            for (int i = 0; i < word.Length; i++)
            {
                Expect(word[i], word);
            }

            _afterValue = true;
            return type;
        }

        private void ReadNumberToken()
        {
            if (Peek() == '-')
            {
                _position++;
            }

            if (Peek() == '0')
            {
                _position++;
            }
            else
            {
                Digits();
            }

            if (_position < _end && _data[_position] == '.')
            {
                _position++;
                Digits();
            }

            if (_position < _end && (_data[_position] == 'e' || _data[_position] == 'E'))
            {
                _position++;
                if (Peek() == '+' || Peek() == '-')
                {
                    _position++;
                }

                Digits();
            }

            _length = _position - _start;
            _escaped = false;
        }

        private void Digits()
        {
            int first = _position;
            while (_position < _end && _data[_position] >= '0' && _data[_position] <= '9')
            {
                _position++;
            }

            if (_position == first)
            {
                throw new JsonFormatException("no value", _position);
            }
        }

        private void ReadStringToken()
        {
            _position++;
            _start = _position;
            _escaped = false;
            while (true)
            {
                int c = Peek();
                if (c == '"')
                {
                    _length = _position - _start;
                    _position++;
                    return;
                }

                if (c < 0x20)
                {
                    throw new JsonFormatException("bad character", _position);
                }

                if (c == '\\')
                {
                    _escaped = true;
                    _position++;
                    PassEscape();
                }
                else if (c < 0x80)
                {
                    _position++;
                }
                else
                {
                    _position += Utf8.SequenceLength(_data, _position, _end);
                }
            }
        }

        private void PassEscape()
        {
            int c = Peek();
            _position++;
            if (c == 'u')
            {
                int unit = Hex4(_position);
                _position += 4;
                if (unit == 0 || (unit >= 0xDC00 && unit <= 0xDFFF))
                {
                    throw new JsonFormatException("bad character", _position);
                }

                if (unit >= 0xD800 && unit <= 0xDBFF)
                {
                    Expect('\\', "a low surrogate");
                    Expect('u', "a low surrogate");
                    int low = Hex4(_position);
                    if (low < 0xDC00 || low > 0xDFFF)
                    {
                        throw new JsonFormatException("bad character", _position);
                    }

                    _position += 4;
                }
            }
            else if ("\"\\/bfnrt".IndexOf((char)c) < 0)
            {
                throw new JsonFormatException("bad character", _position);
            }
        }

        private int Unescape(byte[] buffer)
        {
            int count = 0;
            int end = _start + _length;
            for (int i = _start; i < end; i++)
            {
                if (_data[i] != '\\')
                {
                    buffer[count++] = _data[i];
                    continue;
                }

                byte c = _data[++i];
                int control = "bfnrt".IndexOf((char)c);
                if (c == 'u')
                {
                    int unit = Hex4(i + 1);
                    i += 4;
                    if (unit >= 0xD800 && unit <= 0xDBFF)
                    {
                        unit = 0x10000 + ((unit - 0xD800) << 10) + (Hex4(i + 3) - 0xDC00);
                        i += 6;
                    }

                    count += Utf8.Write(unit, buffer, count);
                }
                else
                {
                    buffer[count++] = control < 0 ? c : (byte)"\b\f\n\r\t"[control];
                }
            }

            return count;
        }

        private int Hex4(int position)
        {
            if (position + 4 > _end)
            {
                throw new JsonFormatException("cut short", _end);
            }

            int value = 0;
            for (int i = 0; i < 4; i++)
            {
                int digit = Hex.Digit((char)_data[position + i]);
                if (digit < 0)
                {
                    throw new JsonFormatException("bad character", position);
                }

                value = (value << 4) | digit;
            }

            return value;
        }

        private int Peek()
        {
            if (_position >= _end)
            {
                throw new JsonFormatException("cut short", _end);
            }

            return _data[_position];
        }

        private void Expect(char c, string what)
        {
            if (_position >= _end || _data[_position] != c)
            {
                throw new JsonFormatException("expected " + what, _position);
            }

            _position++;
        }

        private void SkipWhiteSpace()
        {
            while (_position < _end && (_data[_position] == ' ' || _data[_position] == '\n' || _data[_position] == '\r' || _data[_position] == '\t'))
            {
                _position++;
            }
        }
    }
}
