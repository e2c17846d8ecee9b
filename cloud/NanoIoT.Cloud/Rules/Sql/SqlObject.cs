using System.Runtime.InteropServices;

namespace NanoIoT.Cloud.Rules.Sql;

/// <summary>An object: members in the order they came. Few have more than a dozen, so a list is the quicker look-up; more get an index.</summary>
internal sealed class SqlObject
{
    private const int IndexFrom = 16;

    private readonly List<KeyValuePair<string, SqlValue>> _members;
    private Dictionary<string, int>? _index;

    public SqlObject(int capacity = 4) => _members = new List<KeyValuePair<string, SqlValue>>(capacity);

    public int Count => _members.Count;

    public IReadOnlyList<KeyValuePair<string, SqlValue>> Members => _members;

    /// <summary>A member; Undefined where there is none.</summary>
    public SqlValue Get(string name)
    {
        int at = Find(name);
        return at < 0 ? SqlValue.Undefined : _members[at].Value;
    }

    /// <summary>Sets a member: the last of the same name counts. Undefined takes it away.</summary>
    public void Set(string name, SqlValue value)
    {
        int at = Find(name);
        if (value.Kind == SqlKind.Undefined)
        {
            if (at >= 0)
            {
                _members.RemoveAt(at);
                _index = null;
            }

            return;
        }

        if (at >= 0)
        {
            _members[at] = KeyValuePair.Create(name, value);
            return;
        }

        _members.Add(KeyValuePair.Create(name, value));
        _index?.Add(name, _members.Count - 1);
    }

    private int Find(string name)
    {
        if (_members.Count >= IndexFrom)
        {
            if (_index is null)
            {
                _index = new Dictionary<string, int>(_members.Count * 2, StringComparer.Ordinal);
                for (int i = 0; i < _members.Count; i++)
                {
                    _index[_members[i].Key] = i;
                }
            }

            return _index.TryGetValue(name, out int found) ? found : -1;
        }

        Span<KeyValuePair<string, SqlValue>> members = CollectionsMarshal.AsSpan(_members);
        for (int i = 0; i < members.Length; i++)
        {
            if (ReferenceEquals(members[i].Key, name) || members[i].Key == name)
            {
                return i;
            }
        }

        return -1;
    }
}
