using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace System.Collections
{
    /// <summary>The board's dictionary interface, which has no enumerator of its own.</summary>
    public interface IDictionary : ICollection
    {
        ICollection Keys { get; }

        ICollection Values { get; }

        bool IsFixedSize { get; }

        bool IsReadOnly { get; }

        object this[object key] { get; set; }

        bool Contains(object key);

        void Add(object key, object value);

        void Clear();

        void Remove(object key);
    }
}
