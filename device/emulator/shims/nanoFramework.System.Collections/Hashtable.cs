using System.Collections.Generic;
using System.Runtime.CompilerServices;

namespace System.Collections
{
    /// <summary>A hash table whose entries are <see cref="DictionaryEntry"/> objects.</summary>
    public class Hashtable : ICloneable, IDictionary
    {
        private readonly Dictionary<object, object> _items = new Dictionary<object, object>();

        public Hashtable()
        {
        }

        public Hashtable(int capacity)
        {
        }

        public Hashtable(int capacity, float loadFactor)
        {
        }

        public ICollection Keys => new ArrayList(_items.Keys);

        public ICollection Values => new ArrayList(_items.Values);

        public bool IsFixedSize => false;

        public bool IsReadOnly => false;

        public bool IsSynchronized => false;

        public int Count => _items.Count;

        public object SyncRoot => this;

        public object this[object key]
        {
            get => _items.TryGetValue(key ?? throw new ArgumentNullException(nameof(key)), out object value) ? value : null;
            set => _items[key ?? throw new ArgumentNullException(nameof(key))] = value;
        }

        public IEnumerator GetEnumerator() => Entries().GetEnumerator();

        public bool Contains(object key) => _items.ContainsKey(key);

        public object Clone()
        {
            var copy = new Hashtable();
            foreach (KeyValuePair<object, object> item in _items)
            {
                copy._items.Add(item.Key, item.Value);
            }

            return copy;
        }

        public void Add(object key, object value) => _items.Add(key, value);

        public void Clear() => _items.Clear();

        public void CopyTo(Array array, int arrayIndex)
        {
            foreach (DictionaryEntry entry in this)
            {
                array.SetValue(entry, arrayIndex++);
            }
        }

        public void Remove(object key) => _items.Remove(key);

        private ArrayList Entries()
        {
            var entries = new ArrayList(_items.Count);
            foreach (KeyValuePair<object, object> item in _items)
            {
                entries.Add(new DictionaryEntry(item.Key, item.Value));
            }

            return entries;
        }
    }
}
