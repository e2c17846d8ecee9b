using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace System.Collections
{
    /// <summary>A class on the board, a struct in .NET.</summary>
    public class DictionaryEntry
    {
        public object Key;
        public object Value;

        public DictionaryEntry(object key, object value)
        {
            Key = key;
            Value = value;
        }
    }
}
