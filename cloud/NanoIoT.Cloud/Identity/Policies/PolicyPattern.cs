namespace NanoIoT.Cloud.Identity.Policies;

/// <summary>
/// A resource of a policy, taken apart once: literals, <c>*</c>, <c>?</c> and variables. A variable's value is taken as
/// it is: a <c>*</c> in it is no wildcard. A variable without a value matches nothing.
/// </summary>
internal sealed class PolicyPattern
{
    private readonly Part[] _parts;
    private readonly bool _hasGroup;

    private PolicyPattern(Part[] parts)
    {
        _parts = parts;
        _hasGroup = parts.Any(part => part.Kind == PartKind.Group);
    }

    private enum PartKind
    {
        Literal,
        Star,
        Any,
        Variable,
        Group,
    }

    /// <summary>Whether the pattern is the same for every device.</summary>
    public bool IsConstant => _parts.All(part => part.Kind is not (PartKind.Variable or PartKind.Group));

    /// <summary>The variables that a text names, without those that stand for a character.</summary>
    public static IEnumerable<string> VariablesOf(string text) => Parse(text) is PolicyPattern pattern
        ? pattern._parts.Where(part => part.Kind is PartKind.Variable or PartKind.Group).Select(part => part.Text)
        : [];

    /// <summary>Takes a pattern apart.</summary>
    /// <returns>The pattern, or null where a <c>${</c> is not closed.</returns>
    public static PolicyPattern? Parse(string text)
    {
        var parts = new List<Part>();
        int literal = 0;
        void Flush(int end)
        {
            if (end > literal)
            {
                parts.Add(new Part(PartKind.Literal, text[literal..end]));
            }
        }

        for (int i = 0; i < text.Length; i++)
        {
            if (text[i] is '*' or '?')
            {
                Flush(i);
                if (text[i] == '?' || parts.Count == 0 || parts[^1].Kind != PartKind.Star)
                {
                    parts.Add(new Part(text[i] == '*' ? PartKind.Star : PartKind.Any, string.Empty));
                }

                literal = i + 1;
            }
            else if (text[i] == '$' && i + 1 < text.Length && text[i + 1] == '{')
            {
                Flush(i);
                int end = text.IndexOf('}', i);
                if (end < 0)
                {
                    return null;
                }

                string name = text[(i + 2)..end];
                parts.Add(name switch
                {
                    // IAM's way to write the characters themselves.
                    "*" or "?" or "$" => new Part(PartKind.Literal, name),
                    _ when string.Equals(name, PolicyKeys.Group, StringComparison.OrdinalIgnoreCase) => new Part(PartKind.Group, name),
                    _ => new Part(PartKind.Variable, name),
                });
                i = end;
                literal = end + 1;
            }
        }

        Flush(text.Length);
        return new PolicyPattern([.. parts]);
    }

    /// <summary>Whether a text matches.</summary>
    public bool Matches(ReadOnlySpan<char> text, AccessContext context)
    {
        if (!_hasGroup)
        {
            return Matches(text, context, string.Empty);
        }

        foreach (string group in context.Groups)
        {
            if (Matches(text, context, group))
            {
                return true;
            }
        }

        return false;
    }

    private bool Matches(ReadOnlySpan<char> text, AccessContext context, string group)
    {
        int part = 0;
        int position = 0;
        int star = -1;
        int mark = 0;
        while (true)
        {
            bool matches;
            if (part == _parts.Length)
            {
                if (position == text.Length)
                {
                    return true;
                }

                matches = false;
            }
            else
            {
                Part current = _parts[part];
                switch (current.Kind)
                {
                    case PartKind.Star:
                        if (part == _parts.Length - 1)
                        {
                            return true;
                        }

                        star = part++;
                        mark = position;
                        continue;
                    case PartKind.Any:
                        matches = position < text.Length;
                        position++;
                        break;
                    default:
                        string? value = current.Kind switch
                        {
                            PartKind.Literal => current.Text,
                            PartKind.Group => group,
                            _ => context.Resolve(current.Text),
                        };
                        if (value is null)
                        {
                            return false;
                        }

                        matches = text[position..].StartsWith(value, StringComparison.Ordinal);
                        position += value.Length;
                        break;
                }

                part++;
            }

            if (!matches)
            {
                // Only the last star needs to try again: what came before it has matched as short as it can.
                if (star < 0 || ++mark > text.Length)
                {
                    return false;
                }

                part = star + 1;
                position = mark;
            }
        }
    }

    private readonly record struct Part(PartKind Kind, string Text);
}
