namespace NanoIoT.Shared
{
    /// <summary>Kinds of image a manifest describes (field <c>kind</c>).</summary>
    public static class ImageKinds
    {
        /// <summary>A signed MCUboot image, staged byte for byte in the secondary slot.</summary>
        public const string McuBoot = "mcuboot";

        /// <summary>A bundle of assemblies for boards that update by files.</summary>
        public const string Bundle = "bundle";
    }
}
