// Signatures of nanoFramework.System.Collections 1.5.75.0 (.NET nanoFramework v1). Bodies are never run: the board has the real assembly.
[assembly: System.Reflection.AssemblyVersion("1.5.75.0")]

namespace System.Collections
{
    public class DictionaryEntry
    {
        public DictionaryEntry(object key, object value) => throw null;
        public object Key;
        public object Value;
    }

    public class Hashtable : System.ICloneable, System.Collections.IDictionary, System.Collections.ICollection, System.Collections.IEnumerable
    {
        public System.Collections.ICollection Keys { get => throw null; }
        public System.Collections.ICollection Values { get => throw null; }
        public System.Collections.IEnumerator GetEnumerator() => throw null;
        public bool Contains(object key) => throw null;
        public bool IsFixedSize { get => throw null; }
        public bool IsReadOnly { get => throw null; }
        public bool IsSynchronized { get => throw null; }
        public Hashtable() => throw null;
        public Hashtable(int capacity) => throw null;
        public Hashtable(int capacity, float loadFactor) => throw null;
        public int Count { get => throw null; }
        public object Clone() => throw null;
        public object SyncRoot { get => throw null; }
        public object this[object key] { get => throw null; set => throw null; }
        public void Add(object key, object value) => throw null;
        public void Clear() => throw null;
        public void CopyTo(System.Array array, int arrayIndex) => throw null;
        public void Remove(object key) => throw null;
    }

    public interface IDictionary : System.Collections.ICollection, System.Collections.IEnumerable
    {
        System.Collections.ICollection Keys { get; }
        System.Collections.ICollection Values { get; }
        bool Contains(object key);
        bool IsFixedSize { get; }
        bool IsReadOnly { get; }
        object this[object key] { get; set; }
        void Add(object key, object value);
        void Clear();
        void Remove(object key);
    }

    public interface IDictionaryEnumerator : System.Collections.IEnumerator
    {
        System.Collections.DictionaryEntry Entry { get; }
        object Key { get; }
        object Value { get; }
    }

    public class Queue : System.Collections.ICollection, System.Collections.IEnumerable, System.ICloneable
    {
        public Queue() => throw null;
        public virtual System.Collections.IEnumerator GetEnumerator() => throw null;
        public virtual bool Contains(object obj) => throw null;
        public virtual bool IsSynchronized { get => throw null; }
        public virtual int Count { get => throw null; }
        public virtual object Clone() => throw null;
        public virtual object Dequeue() => throw null;
        public virtual object Peek() => throw null;
        public virtual object SyncRoot { get => throw null; }
        public virtual object[] ToArray() => throw null;
        public virtual void Clear() => throw null;
        public virtual void CopyTo(System.Array array, int index) => throw null;
        public virtual void Enqueue(object obj) => throw null;
    }

    public class Stack : System.Collections.ICollection, System.Collections.IEnumerable, System.ICloneable
    {
        public Stack() => throw null;
        public virtual System.Collections.IEnumerator GetEnumerator() => throw null;
        public virtual bool Contains(object obj) => throw null;
        public virtual bool IsSynchronized { get => throw null; }
        public virtual int Count { get => throw null; }
        public virtual object Clone() => throw null;
        public virtual object Peek() => throw null;
        public virtual object Pop() => throw null;
        public virtual object SyncRoot { get => throw null; }
        public virtual object[] ToArray() => throw null;
        public virtual void Clear() => throw null;
        public virtual void CopyTo(System.Array array, int index) => throw null;
        public virtual void Push(object obj) => throw null;
    }
}
