using System.Text.Json.Nodes;

namespace NanoIoT.Cloud.Rest;

/// <summary>Answers that are one page of a list.</summary>
public static class Pages
{
    /// <summary>Makes a page.</summary>
    /// <typeparam name="T">An item.</typeparam>
    /// <param name="items">Items, at least one more than the page holds where there are more.</param>
    /// <param name="limit">The page's size.</param>
    /// <param name="id">An item's id, which the next page follows.</param>
    /// <param name="describe">An item as it is answered.</param>
    /// <param name="member">The list's name.</param>
    /// <param name="tokenMember">The token's name.</param>
    /// <returns>The answer.</returns>
    public static OperationResult Create<T>(IEnumerable<T> items, int limit, Func<T, string> id, Func<T, JsonNode?> describe, string member, string tokenMember = "nextToken")
    {
        ArgumentNullException.ThrowIfNull(id);
        ArgumentNullException.ThrowIfNull(describe);
        T[] page = [.. items.Take(limit + 1)];
        var list = new JsonArray();
        foreach (T item in page.Take(limit))
        {
            list.Add(describe(item));
        }

        var answer = new JsonObject { [member] = list };
        if (page.Length > limit)
        {
            answer[tokenMember] = OperationRequest.CreateToken(id(page[limit - 1]));
        }

        return OperationResult.Json(answer);
    }

    /// <summary>The items of a sorted sequence that follow an id, in either direction.</summary>
    /// <typeparam name="T">An item.</typeparam>
    /// <param name="items">The items, in the order of their ids.</param>
    /// <param name="id">An item's id.</param>
    /// <param name="after">The id, or null for all.</param>
    /// <param name="isDescending">Whether the last comes first.</param>
    /// <returns>The items.</returns>
    public static IEnumerable<T> Paged<T>(this IEnumerable<T> items, Func<T, string> id, string? after, bool isDescending) => isDescending
        ? items.Reverse().Where(item => after is null || string.CompareOrdinal(id(item), after) < 0)
        : items.Following(id, after);

    /// <summary>The items of a sorted sequence that follow an id.</summary>
    /// <typeparam name="T">An item.</typeparam>
    /// <param name="items">The items, in the order of their ids.</param>
    /// <param name="id">An item's id.</param>
    /// <param name="after">The id, or null for all.</param>
    /// <returns>The items.</returns>
    public static IEnumerable<T> Following<T>(this IEnumerable<T> items, Func<T, string> id, string? after) =>
        after is null ? items : items.Where(item => string.CompareOrdinal(id(item), after) > 0);
}
