using NanoIoT.Emulator.Hosting;

namespace System.Reflection
{
    /// <summary>An assembly of a virtual board: what is loaded at run time goes to the board's own context, and stays until it reboots.</summary>
    public class Assembly
    {
        private readonly NanoAssembly _assembly;

        internal Assembly(NanoAssembly assembly)
        {
            _assembly = assembly;
        }

        public virtual string FullName => _assembly.FullName;

        public static Assembly GetAssembly(Type type) => new Assembly(NanoAssembly.Of(type));

        public static Assembly Load(byte[] rawAssembly)
        {
            BoardHost.Current.ThrowIfStopped();
            if (rawAssembly == null)
            {
                throw new ArgumentNullException();
            }

            return new Assembly(NanoAssembly.Load(rawAssembly));
        }

        public AssemblyName GetName() => _assembly.GetName();

        public virtual Type GetType(string name) => _assembly.GetType(name);

        public virtual Type GetType(string name, bool throwOnError) => _assembly.GetType(name) ?? (throwOnError ? throw new ArgumentException() : null);

        public virtual Type[] GetTypes() => _assembly.GetTypes();
    }
}
