using System;

namespace NanoIoT.Shared
{
    /// <summary>A message or manifest that is not of the contract.</summary>
    public sealed class MessageException : Exception
    {
        /// <summary>Creates the exception.</summary>
        /// <param name="reason">A code of <see cref="ReasonCodes"/>.</param>
        /// <param name="detail">What is wrong, for a person.</param>
        public MessageException(string reason, string detail)
            : base(detail)
        {
            Reason = reason;
        }

        /// <summary>The stable code.</summary>
        public readonly string Reason;
    }
}
