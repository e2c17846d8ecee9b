using System;
using NanoIoT.Emulator.Hosting;

namespace nanoFramework.Runtime.InFieldUpdate
{
    /// <summary>Which image.</summary>
    public enum ImageType
    {
        NanoClr,
        Deployment,
    }
}
