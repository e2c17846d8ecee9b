namespace NanoIoT.Device.Loader
{
    /// <summary>What the loader runs a bundle with: the CLR, or a test.</summary>
    public interface IAssemblyHost
    {
        /// <summary>Loads an assembly, for good. Those it refers to are loaded.</summary>
        /// <param name="name">Its name.</param>
        /// <param name="assembly">Its bytes, which stay in use.</param>
        void Load(string name, byte[] assembly);

        /// <summary>Runs the program of what was loaded; returns when it ends.</summary>
        /// <param name="entryType">The type whose <c>Main</c> it is.</param>
        void Run(string entryType);
    }
}
