using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace System.Collections
{
    /// <summary>The board's dictionary enumerator.</summary>
    public interface IDictionaryEnumerator : IEnumerator
    {
        DictionaryEntry Entry { get; }

        object Key { get; }

        object Value { get; }
    }
}
