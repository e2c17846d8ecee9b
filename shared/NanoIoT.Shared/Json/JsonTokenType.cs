namespace NanoIoT.Shared.Json
{
    /// <summary>What <see cref="JsonReader"/> stands on.</summary>
    public enum JsonTokenType
    {
        /// <summary>Before the first token.</summary>
        None,

        /// <summary>An opening brace.</summary>
        StartObject,

        /// <summary>A closing brace.</summary>
        EndObject,

        /// <summary>An opening bracket.</summary>
        StartArray,

        /// <summary>A closing bracket.</summary>
        EndArray,

        /// <summary>A member's name; its value follows.</summary>
        PropertyName,

        /// <summary>A string.</summary>
        String,

        /// <summary>A number.</summary>
        Number,

        /// <summary>The word true.</summary>
        True,

        /// <summary>The word false.</summary>
        False,

        /// <summary>The word null.</summary>
        Null,

        /// <summary>The input's end, after one whole value.</summary>
        End,
    }
}
