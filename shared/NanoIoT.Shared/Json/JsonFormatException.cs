using System;

namespace NanoIoT.Shared.Json
{
    /// <summary>Input that is no JSON, or not the JSON that was asked for.</summary>
    public sealed class JsonFormatException : Exception
    {
        /// <summary>Creates the exception.</summary>
        /// <param name="message">What is wrong.</param>
        /// <param name="position">The byte where it is.</param>
        public JsonFormatException(string message, int position)
            : base(message + " at byte " + position.ToString())
        {
            Position = position;
        }

        /// <summary>The byte where the input is wrong, from 0.</summary>
        public readonly int Position;
    }
}
