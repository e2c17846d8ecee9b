using System;

namespace nanoFramework.Json
{
    /// <summary>Input that cannot be deserialized.</summary>
    public class DeserializationException : Exception
    {
    }
}
