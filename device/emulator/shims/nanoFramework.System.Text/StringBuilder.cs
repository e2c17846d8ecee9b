extern alias net;

using NetText = NanoIoT.Emulator.Hosting.NetText;

namespace System.Text
{
    /// <summary>The board's StringBuilder, whose indexer has another name than .NET's, over .NET's.</summary>
    public sealed class StringBuilder
    {
        private readonly net::System.Text.StringBuilder _text;

        public StringBuilder()
            : this(string.Empty)
        {
        }

        public StringBuilder(int capacity)
            : this(string.Empty)
        {
        }

        public StringBuilder(int capacity, int maxCapacity)
            : this(string.Empty)
        {
        }

        public StringBuilder(string value)
        {
            _text = NetText.NewBuilder(value);
        }

        public StringBuilder(string value, int capacity)
            : this(value)
        {
        }

        public StringBuilder(string value, int startIndex, int length, int capacity)
            : this(value.Substring(startIndex, length))
        {
        }

        public int Capacity
        {
            get => _text.Capacity;
            set => _text.Capacity = value;
        }

        public int Length
        {
            get => _text.Length;
            set => _text.Length = value;
        }

        public int MaxCapacity => int.MaxValue;

        [Runtime.CompilerServices.IndexerName("Item")]
        public char this[int index]
        {
            get => _text[index];
            set => _text[index] = value;
        }

        public StringBuilder Append(bool value)
        {
            _text.Append(value);
            return this;
        }

        public StringBuilder Append(byte value)
        {
            _text.Append(value);
            return this;
        }

        public StringBuilder Append(char value)
        {
            _text.Append(value);
            return this;
        }

        public StringBuilder Append(char value, int repeatCount)
        {
            _text.Append(value, repeatCount);
            return this;
        }

        public StringBuilder Append(char[] value)
        {
            _text.Append(value);
            return this;
        }

        public StringBuilder Append(char[] value, int startIndex, int charCount)
        {
            _text.Append(value, startIndex, charCount);
            return this;
        }

        public StringBuilder Append(double value)
        {
            _text.Append(value.ToString("G15", Globalization.CultureInfo.InvariantCulture));
            return this;
        }

        public StringBuilder Append(float value)
        {
            _text.Append(value.ToString("G7", Globalization.CultureInfo.InvariantCulture));
            return this;
        }

        public StringBuilder Append(int value)
        {
            _text.Append(value);
            return this;
        }

        public StringBuilder Append(long value)
        {
            _text.Append(value);
            return this;
        }

        public StringBuilder Append(object value)
        {
            _text.Append(value);
            return this;
        }

        public StringBuilder Append(sbyte value)
        {
            _text.Append(value);
            return this;
        }

        public StringBuilder Append(short value)
        {
            _text.Append(value);
            return this;
        }

        public StringBuilder Append(string value)
        {
            _text.Append(value);
            return this;
        }

        public StringBuilder Append(string value, int startIndex, int count)
        {
            _text.Append(value, startIndex, count);
            return this;
        }

        public StringBuilder Append(uint value)
        {
            _text.Append(value);
            return this;
        }

        public StringBuilder Append(ulong value)
        {
            _text.Append(value);
            return this;
        }

        public StringBuilder Append(ushort value)
        {
            _text.Append(value);
            return this;
        }

        public StringBuilder AppendLine()
        {
            _text.Append("\r\n");
            return this;
        }

        public StringBuilder AppendLine(string str)
        {
            _text.Append(str + "\r\n");
            return this;
        }

        public StringBuilder Clear()
        {
            _text.Clear();
            return this;
        }

        public StringBuilder Insert(int index, char[] value, int startIndex, int charCount)
        {
            _text.Insert(index, value, startIndex, charCount);
            return this;
        }

        public StringBuilder Insert(int index, string value, int count)
        {
            _text.Insert(index, value, count);
            return this;
        }

        public StringBuilder Remove(int startIndex, int length)
        {
            _text.Remove(startIndex, length);
            return this;
        }

        public StringBuilder Replace(char oldChar, char newChar)
        {
            _text.Replace(oldChar, newChar);
            return this;
        }

        public StringBuilder Replace(char oldChar, char newChar, int startIndex, int count)
        {
            _text.Replace(oldChar, newChar, startIndex, count);
            return this;
        }

        public StringBuilder Replace(string oldValue, string newValue)
        {
            _text.Replace(oldValue, newValue);
            return this;
        }

        public StringBuilder Replace(string oldValue, string newValue, int startIndex, int count)
        {
            _text.Replace(oldValue, newValue, startIndex, count);
            return this;
        }

        public override string ToString() => _text.ToString();

        public string ToString(int startIndex, int length) => _text.ToString(startIndex, length);
    }
}
