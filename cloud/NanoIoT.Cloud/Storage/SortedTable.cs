namespace NanoIoT.Cloud.Storage;

/// <summary>Values by key, in the order of their keys (ordinal), for reads beside one writer.</summary>
/// <typeparam name="T">A value, which never changes once it is here.</typeparam>
internal sealed class SortedTable<T>
    where T : class
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, T> _values = new(StringComparer.Ordinal);
    private readonly List<string> _keys = [];

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _keys.Count;
            }
        }
    }

    public T? Get(string key)
    {
        lock (_lock)
        {
            return _values.GetValueOrDefault(key);
        }
    }

    /// <summary>Values whose key begins with a prefix and follows another, at most so many.</summary>
    public List<T> Range(string prefix = "", string? after = null, int limit = int.MaxValue)
    {
        lock (_lock)
        {
            int index = after is not null && string.CompareOrdinal(after, prefix) >= 0 ? IndexAfter(after) : IndexAt(prefix);
            var result = new List<T>(Math.Min(limit, _keys.Count - index));
            for (; index < _keys.Count && result.Count < limit && _keys[index].StartsWith(prefix, StringComparison.Ordinal); index++)
            {
                result.Add(_values[_keys[index]]);
            }

            return result;
        }
    }

    /// <summary>The first value whose key begins with a prefix and follows another, and that a test accepts; or null.</summary>
    public T? FindNext(string prefix, string? after, Func<T, bool> accepts)
    {
        lock (_lock)
        {
            int index = after is not null && string.CompareOrdinal(after, prefix) >= 0 ? IndexAfter(after) : IndexAt(prefix);
            for (; index < _keys.Count && _keys[index].StartsWith(prefix, StringComparison.Ordinal); index++)
            {
                if (_values[_keys[index]] is T value && accepts(value))
                {
                    return value;
                }
            }

            return null;
        }
    }

    public void Set(string key, T value)
    {
        lock (_lock)
        {
            if (!_values.ContainsKey(key))
            {
                _keys.Insert(_keys.Count == 0 || string.CompareOrdinal(_keys[^1], key) < 0 ? _keys.Count : IndexAt(key), key);
            }

            _values[key] = value;
        }
    }

    public void Remove(string key)
    {
        lock (_lock)
        {
            if (_values.Remove(key))
            {
                _keys.RemoveAt(IndexAt(key));
            }
        }
    }

    private int IndexAt(string key)
    {
        int index = _keys.BinarySearch(key, StringComparer.Ordinal);
        return index < 0 ? ~index : index;
    }

    private int IndexAfter(string key)
    {
        int index = _keys.BinarySearch(key, StringComparer.Ordinal);
        return index < 0 ? ~index : index + 1;
    }
}
