using System;
using System.Reflection;

namespace NanoIoT.Device.Loader
{
    /// <summary>The CLR itself.</summary>
    internal sealed class ClrHost : IAssemblyHost
    {
        private readonly Assembly[] _loaded = new Assembly[NanoIoT.Shared.Bundle.MaxAssemblies];
        private int _count;

        public void Load(string name, byte[] assembly) => _loaded[_count++] = Assembly.Load(assembly);

        public void Run(string entryType)
        {
            for (int i = _count - 1; i >= 0; i--)
            {
                Type type = _loaded[i].GetType(entryType);
                MethodInfo? main = type == null ? null : type.GetMethod("Main", BindingFlags.Static | BindingFlags.Public | BindingFlags.NonPublic);
                if (main != null)
                {
                    main.Invoke(null!, null!);
                    return;
                }
            }

            throw new Exception("the bundle has no " + entryType + ".Main");
        }
    }
}
