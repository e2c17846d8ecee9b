using System;

namespace nanoFramework.Runtime.InFieldUpdate
{
    /// <summary>Where an update agent pulls an image from.</summary>
    public interface IUpdateProvider
    {
        bool TryGetOffer(out Version version, out int totalLength);

        int Read(int offset, byte[] buffer);
    }
}
