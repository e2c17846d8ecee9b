using System.Globalization;

namespace NanoIoT.Cloud.Registry.Search;

/// <summary>A part of a query: says whether a document matches.</summary>
internal abstract record SearchNode
{
    public abstract bool Matches(ISearchDocument document);

    /// <summary>Both match.</summary>
    public sealed record And(SearchNode Left, SearchNode Right) : SearchNode
    {
        public override bool Matches(ISearchDocument document) => Left.Matches(document) && Right.Matches(document);
    }

    /// <summary>One matches.</summary>
    public sealed record Or(SearchNode Left, SearchNode Right) : SearchNode
    {
        public override bool Matches(ISearchDocument document) => Left.Matches(document) || Right.Matches(document);
    }

    /// <summary>It does not match.</summary>
    public sealed record Not(SearchNode Inner) : SearchNode
    {
        public override bool Matches(ISearchDocument document) => !Inner.Matches(document);
    }

    /// <summary>Everything.</summary>
    public sealed record All : SearchNode
    {
        public override bool Matches(ISearchDocument document) => true;
    }

    /// <summary>A field, or any where it is null, has a value that is the term or holds it as a word; case does not matter.</summary>
    public sealed record Term(string? Field, string Value, bool IsPattern) : SearchNode
    {
        private readonly double? _number = IsPattern ? null : Number(Value);

        public override bool Matches(ISearchDocument document) => (Field is null ? document.AllValues() : document.Values(Field)).Any(Matches);

        private bool Matches(string value)
        {
            if (IsPattern)
            {
                return Glob.Matches(Value, value) || (value.Contains(' ', StringComparison.Ordinal) && value.Split(' ').Any(word => Glob.Matches(Value, word)));
            }

            return string.Equals(value, Value, StringComparison.OrdinalIgnoreCase)
                || (_number is double number && Number(value) == number)
                || (value.Contains(' ', StringComparison.Ordinal) && (value.Split(' ').Contains(Value, StringComparer.OrdinalIgnoreCase)
                    || (Value.Contains(' ', StringComparison.Ordinal) && (" " + value + " ").Contains(" " + Value + " ", StringComparison.OrdinalIgnoreCase))));
        }
    }

    /// <summary>A field has a value between two bounds: numbers where both are, else texts.</summary>
    public sealed record Range(string Field, string? From, bool IncludesFrom, string? To, bool IncludesTo) : SearchNode
    {
        private readonly double? _from = From is null ? null : Number(From);
        private readonly double? _to = To is null ? null : Number(To);

        public override bool Matches(ISearchDocument document) => document.Values(Field).Any(Matches);

        private bool Matches(string value)
        {
            bool numeric = (From is null || _from is not null) && (To is null || _to is not null);
            if (numeric)
            {
                return Number(value) is double number
                    && (_from is not double from || number > from || (IncludesFrom && number == from))
                    && (_to is not double to || number < to || (IncludesTo && number == to));
            }

            int low = From is null ? 1 : string.Compare(value, From, StringComparison.OrdinalIgnoreCase);
            int high = To is null ? -1 : string.Compare(value, To, StringComparison.OrdinalIgnoreCase);
            return (low > 0 || (IncludesFrom && low == 0)) && (high < 0 || (IncludesTo && high == 0));
        }
    }

    private protected static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && double.IsFinite(value) ? value : null;
}
