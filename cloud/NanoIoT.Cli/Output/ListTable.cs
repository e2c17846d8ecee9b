using Spectre.Console;

namespace NanoIoT.Cli.Output;

/// <summary>
/// A list of rows with one line each. Where the screen is too narrow, values are shortened with an ellipsis, and then the
/// columns of the highest rank are left out; <c>--wide</c> shows all of it.
/// </summary>
/// <param name="columns">The columns.</param>
internal sealed class ListTable(params IReadOnlyList<ListColumn> columns)
{
    private const string Gap = "  ";

    private readonly List<string[]> _rows = [];

    /// <summary>Adds a row.</summary>
    /// <param name="values">A value for each column.</param>
    public void Add(params string[] values)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(values.Length, columns.Count);
        _rows.Add([.. values.Select(Clean)]);
    }

    /// <summary>Writes the list.</summary>
    /// <param name="report">Where to.</param>
    /// <param name="isWide">Whether all columns are shown whole, however wide the screen is.</param>
    public void Write(Report report, bool isWide)
    {
        int[] widths = [.. columns.Select((column, index) => _rows.Select(row => Width(row[index])).Append(Width(column.Title)).Max())];
        bool[] shown = [.. columns.Select(_ => true)];
        if (!isWide)
        {
            Fit(widths, shown, report.ListWidth);
        }

        report.Line(Format([.. columns.Select(column => column.Title)], widths, shown));
        report.Line(Format([.. widths.Select(width => new string('-', width))], widths, shown));
        foreach (string[] row in _rows)
        {
            report.Line(Format(row, widths, shown));
        }

        string[] hidden = [.. columns.Where((_, index) => !shown[index]).Select(column => column.Title)];
        if (hidden.Length > 0)
        {
            report.Line($"Not shown: {string.Join(", ", hidden)} (--wide shows all columns)");
        }
    }

    /// <summary>Shortens and leaves out columns until the rest fits.</summary>
    private void Fit(int[] widths, bool[] shown, int screen)
    {
        while (TotalOf(widths, shown) > screen && (Shorten(widths, shown, screen) || LeaveOut(shown)))
        {
            // Each step makes the list narrower.
        }
    }

    private bool Shorten(int[] widths, bool[] shown, int screen)
    {
        int widest = -1;
        for (int i = 0; i < widths.Length; i++)
        {
            bool canShrink = shown[i] && widths[i] > columns[i].MinWidth;
            if (canShrink && (widest < 0 || widths[i] > widths[widest]))
            {
                widest = i;
            }
        }

        // Shortening is for a list that then fits; before that, columns go.
        int least = columns.Select((column, index) => shown[index] ? Math.Min(widths[index], column.MinWidth) + Gap.Length : 0).Sum() - Gap.Length;
        if (widest < 0 || (least > screen && columns.Where((_, index) => shown[index]).Any(column => column.Rank > 1)))
        {
            return false;
        }

        widths[widest]--;
        return true;
    }

    private bool LeaveOut(bool[] shown)
    {
        int last = -1;
        for (int i = 0; i < shown.Length; i++)
        {
            bool canGo = shown[i] && columns[i].Rank > 1;
            if (canGo && (last < 0 || columns[i].Rank >= columns[last].Rank))
            {
                last = i;
            }
        }

        if (last >= 0)
        {
            shown[last] = false;
        }

        return last >= 0;
    }

    private static int TotalOf(int[] widths, bool[] shown) => widths.Where((_, index) => shown[index]).Sum(width => width + Gap.Length) - Gap.Length;

    private static string Format(string[] values, int[] widths, bool[] shown) =>
        string.Join(Gap, values.Select((value, index) => (value, index)).Where(item => shown[item.index]).Select(item => Pad(item.value, widths[item.index]))).TrimEnd();

    private static string Pad(string value, int width)
    {
        string cut = value;
        if (Width(value) > width)
        {
            while (Width(cut) > width - 1)
            {
                cut = cut[..^(cut.Length > 1 && char.IsLowSurrogate(cut[^1]) ? 2 : 1)];
            }

            cut += "…";
        }

        return cut + new string(' ', width - Width(cut));
    }

    private static int Width(string value) => value.GetCellWidth();

    /// <summary>Values of devices and users are shown on one line, without what moves a terminal's cursor.</summary>
    private static string Clean(string value) => value.Any(char.IsControl) ? string.Concat(value.Select(c => char.IsControl(c) ? ' ' : c)) : value;
}
